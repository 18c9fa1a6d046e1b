/** Durations, sizes, pairs and places in a log, as people write them. */
import { describe, expect, test } from 'vitest'
import { parseAttachFrom } from '../../src/cli/values/attach-from.js'
import { parseDurationMs } from '../../src/cli/values/duration.js'
import { parseKeyValues } from '../../src/cli/values/key-value.js'
import { parseSize, sizeInRange } from '../../src/cli/values/size.js'

const refusedWith = (code: string) => expect.objectContaining({ code })

describe('durations', () => {
  test.each([
    ['500ms', 500],
    ['5s', 5000],
    ['1.5s', 1500],
    ['2m', 120_000],
    ['1h', 3_600_000],
    ['1d', 86_400_000],
    ['0s', 0],
  ])('%s is %i ms', (text, ms) => expect(parseDurationMs(text, '--grace')).toBe(ms))

  test.each(['', '5', 's', '-5s', '5 s', '5S', '1e3s', '5sx', 'Infinitys', '999999d'])('%j is refused', (text) => {
    expect(() => parseDurationMs(text, '--grace')).toThrow(refusedWith('usage'))
  })
})

describe('sizes', () => {
  test.each([
    ['80x24', { cols: 80, rows: 24 }],
    ['1X1', { cols: 1, rows: 1 }],
    ['1000x1000', { cols: 1000, rows: 1000 }],
  ])('%s', (text, size) => expect(parseSize(text)).toEqual(size))

  test.each(['', '80', '80x', 'x24', '0x24', '80x0', '1001x24', '80x24x1', '-1x5', '8.5x2', ' 80x24'])(
    '%j is refused',
    (text) => {
      expect(() => parseSize(text)).toThrow(refusedWith('bad-size'))
    },
  )

  test('a terminal that does not know its size has none', () => expect(sizeInRange(0, 0)).toBeUndefined())
  test('a huge terminal is brought into range', () => expect(sizeInRange(5000, 50)).toEqual({ cols: 1000, rows: 50 }))
})

describe('pairs', () => {
  test('a value may be empty or hold equals signs, and the last of a key counts', () => {
    expect({ ...parseKeyValues(['A=', 'B=x=y', 'C=1', 'C=2'], '--env') }).toEqual({ A: '', B: 'x=y', C: '2' })
  })

  test('a key that objects have by nature is a key like any other', () => {
    expect(Object.entries(parseKeyValues(['__proto__=x', 'constructor=y'], '--label'))).toEqual([
      ['__proto__', 'x'],
      ['constructor', 'y'],
    ])
  })

  test.each(['', 'A', '=x'])('%j is refused', (pair) => {
    expect(() => parseKeyValues([pair], '--env')).toThrow(refusedWith('usage'))
  })
})

describe('where to start', () => {
  test.each([
    ['live', { at: 'live' }],
    ['screen', { at: 'screen' }],
    ['tail:0', { at: 'tail', lines: 0 }],
    ['tail:10', { at: 'tail', lines: 10 }],
    ['123', { at: 'offset', offset: 123 }],
  ])('%s', (text, from) => expect(parseAttachFrom(text, { screen: true })).toEqual(from))

  test.each(['', 'tail', 'tail:', 'tail:-1', '-1', '1.5', 'end', '99999999999999999999'])('%j is refused', (text) => {
    expect(() => parseAttachFrom(text, { screen: true })).toThrow(refusedWith('usage'))
  })

  test('a log has no screen', () => expect(() => parseAttachFrom('screen', { screen: false })).toThrow(refusedWith('usage')))
})
