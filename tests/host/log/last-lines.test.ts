import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { LastLines, lastLinesStart, TAIL_PIECE_BYTES, TAIL_SEARCH_LIMIT_BYTES } from '../../../src/host/log/last-lines.js'
import { type SegmentStore, StreamLog } from '../../../src/host/log/stream-log.js'

const noStore: SegmentStore = { accepting: false, start: 0, end: 0, append: () => undefined, read: () => 0 }

function logOf(text: string | Buffer, memoryBytes = 16 * 1024 * 1024): StreamLog {
  const log = new StreamLog({ memoryBytes, store: noStore })
  log.append(Buffer.from(text))
  return log
}

/** What `tail -n` prints, the slow way. */
function tailOf(text: string, lines: number): string {
  const parts = text.match(/[^\n]*\n|[^\n]+$/g) ?? []
  return lines === 0 ? '' : parts.slice(-lines).join('')
}

describe('the start of the last lines', () => {
  const cases: readonly [text: string, lines: number, tail: string][] = [
    ['', 3, ''],
    ['a\nb\nc\n', 0, ''],
    ['a\nb\nc\n', 1, 'c\n'],
    ['a\nb\nc\n', 2, 'b\nc\n'],
    ['a\nb\nc', 1, 'c'],
    ['a\nb\nc', 2, 'b\nc'],
    ['a\nb\nc\n', 9, 'a\nb\nc\n'],
    ['\n\n\n', 2, '\n\n'],
    ['no line feed', 1, 'no line feed'],
  ]
  for (const [text, lines, tail] of cases) {
    test(`${lines} of ${JSON.stringify(text)} is ${JSON.stringify(tail)}`, () => {
      expect(text.slice(lastLinesStart(logOf(text), lines))).toBe(tail)
    })
  }

  test('is what tail prints, for any text cut into any pieces', () => {
    const text = fc.array(fc.constantFrom('\n', 'x', 'yz', '\r\n'), { maxLength: 60 }).map((parts) => parts.join(''))
    fc.assert(
      fc.property(text, fc.nat(8), fc.integer({ min: 1, max: 7 }), (whole, lines, pieceBytes) => {
        expect(whole.slice(lastLinesStart(logOf(whole), lines))).toBe(tailOf(whole, lines))
        const search = new LastLines(lines)
        let found: number | undefined
        for (let to = whole.length; to > 0 && found === undefined; to -= pieceBytes) {
          const from = Math.max(0, to - pieceBytes)
          const start = search.startIn(Buffer.from(whole.slice(from, to)))
          if (start !== undefined) found = from + start
        }
        expect(whole.slice(found ?? (lines === 0 ? whole.length : 0))).toBe(tailOf(whole, lines))
      }),
    )
  })

  test('is found across pieces', () => {
    const line = `${'x'.repeat(TAIL_PIECE_BYTES - 1)}\n`
    expect(lastLinesStart(logOf(line.repeat(5)), 3)).toBe(2 * TAIL_PIECE_BYTES)
  })

  test('is not looked for without a bound', () => {
    const log = logOf(Buffer.alloc(TAIL_SEARCH_LIMIT_BYTES + 10, 'x'))
    expect(lastLinesStart(log, 1)).toBe(10)
  })

  test('is at the oldest byte held when there are fewer lines', () => {
    const log = logOf('one\ntwo\nthree\n', 8)
    expect(lastLinesStart(log, 5)).toBe(log.extent().start)
  })
})
