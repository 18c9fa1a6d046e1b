import { describe, expect, test } from 'vitest'
import { lineOfOutput, lineOfScreen, movesAbout } from '../../../src/tui/sources/text-line.js'

const RULE = '\u2500'.repeat(40)
const screen = (lines: readonly string[], row: number, isVisible = true) => lineOfScreen({ lines, cursor: { row, isVisible } })

describe('of a screen', () => {
  test('the last line with a word, without what draws frames', () => {
    expect(screen(['one', '\u2502 two   words \u2502', '\u2570\u2500\u2500\u256f', '$', ''], 3)).toBe('two words')
    expect(screen(['', '$ '], 1)).toBe('')
  })

  test('above the input of an agent, whose hints say nothing', () => {
    const lines = ['said before', '* Thinking (12s)', '', RULE, '> what I type', RULE, '  ? for shortcuts']
    expect(screen(lines, 4)).toBe('* Thinking (12s)')
    expect(screen(lines, 0, false)).toBe('* Thinking (12s)')
  })

  test('a table that was printed is no input', () => {
    expect(screen(['head', RULE, 'row', RULE, 'in> ls'], 4)).toBe('in> ls')
  })
})

describe('of output', () => {
  test('the last line with a word, without escape sequences', () => {
    expect(lineOfOutput(Buffer.from('one\n\x1b[31mtwo\x1b[0m\r\n\n'), true)).toBe('two')
    expect(lineOfOutput(Buffer.from('10%\r50%\r'), true)).toBe('50%')
  })

  test('a line whose beginning is not there is not shown, unless there is no other', () => {
    expect(lineOfOutput(Buffer.from('half of it\n...\n'), false)).toBe('')
    expect(lineOfOutput(Buffer.from('half of it'), false)).toBe('half of it')
  })
})

test.each([
  ['plain\r\n\x1b[31mred\x1b[0m\x1b[K\r50%\x1b[?2004h', false],
  ['\x1b[2;5Hthere', true],
  ['\x1b[1Aover it', true],
  ['\x1b[?1049h', true],
])('%j draws on the screen: %s', (output, expected) => {
  expect(movesAbout(Buffer.from(output))).toBe(expected)
})
