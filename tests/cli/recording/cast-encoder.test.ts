/** Timed pieces as a recording, and back. */
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { EventDecoder } from '../../../src/cli/recording/cast-decoder.js'
import { CastEncoder, type CastEncoderOptions } from '../../../src/cli/recording/cast-encoder.js'
import type { TimedPiece } from '../../../src/cli/recording/timed-piece.js'
import { anyText, cutAt } from './pieces.js'

const OPTIONS: CastEncoderOptions = {
  title: '3f2a91c0 (demo)',
  createdMs: 1_700_000_000_500,
  size: { cols: 80, rows: 24 },
  addsCarriageReturns: false,
}

const output = (bytes: string | Uint8Array, unixMs = 1000, isTimed = true): TimedPiece => ({
  kind: 'output',
  stream: 'pty',
  bytes: Buffer.from(bytes),
  unixMs,
  isTimed,
})
const untimed = (text: string): TimedPiece => ({
  kind: 'output',
  stream: 'pty',
  bytes: Buffer.from(text),
  unixMs: undefined,
  isTimed: false,
})
const resized = (cols: number, rows: number, unixMs = 1000): TimedPiece => ({ kind: 'size', size: { cols, rows }, unixMs })

function encode(pieces: readonly TimedPiece[], options: Partial<CastEncoderOptions> = {}) {
  const encoder = new CastEncoder({ ...OPTIONS, ...options })
  const text = pieces.map((piece) => encoder.push(piece)).join('') + encoder.end()
  const [header, ...events] = text
    .trimEnd()
    .split('\n')
    .map((line): unknown => JSON.parse(line))
  return { header, events, summary: encoder.summary, shown: shownBy(text) }
}

/** What the decoder shows of the recording. */
function shownBy(text: string): string {
  const decoder = new EventDecoder('it')
  const lines = text.trimEnd().split('\n').slice(1)
  return lines.map((line, index) => decoder.push({ number: index + 2, text: line })?.text ?? '').join('')
}

describe('the header', () => {
  test('says the size and the time of the first output, and what the session is called', () => {
    expect(encode([resized(100, 30, 2000), output('a', 3000)]).header).toEqual({
      version: 2,
      width: 100,
      height: 30,
      timestamp: 3,
      title: '3f2a91c0 (demo)',
    })
  })

  test('is all there is of a session that wrote nothing, with the date of the session', () => {
    const { header, events } = encode([])
    expect(header).toMatchObject({ width: 80, height: 24, timestamp: 1_700_000_000 })
    expect(events).toEqual([])
  })
})

describe('times', () => {
  test('count from the first output, also across a clock that was set back', () => {
    const pieces = [output('a', 5000), output('b', 6234), output('c', 2000), output('d', 2500)]
    expect(encode(pieces).events).toEqual([
      [0, 'o', 'a'],
      [1.234, 'o', 'b'],
      [1.234, 'o', 'c'],
      [1.734, 'o', 'd'],
    ])
  })

  test('that nobody noted are those of what came before, and are counted', () => {
    const { events, summary } = encode([untimed('ab'), output('c', 1000), output('d', 3000, false)])
    expect(events).toEqual([
      [0, 'o', 'ab'],
      [0, 'o', 'c'],
      [2, 'o', 'd'],
    ])
    expect(summary).toMatchObject({ bytes: 4, untimedBytes: 3, missingBytes: 0, durationMs: 2000 })
  })
})

test('a size is an event where it changes, and not where a segment only repeats it', () => {
  const pieces = [resized(80, 24), output('a'), resized(80, 24), resized(90, 20, 1500), output('b', 1500), resized(1, 1, 2000)]
  expect(encode(pieces).events).toEqual([
    [0, 'o', 'a'],
    [0.5, 'r', '90x20'],
    [0.5, 'o', 'b'],
    [1, 'r', '1x1'],
  ])
})

describe('bytes', () => {
  test('are the text that they are as a whole, wherever they were cut', () => {
    const bytes = fc.oneof(
      fc.uint8Array({ maxLength: 40 }),
      anyText().map((text) => Buffer.from(text)),
    )
    fc.assert(
      fc.property(bytes, fc.array(fc.nat(60)), (all, cuts) => {
        const { shown, events } = encode(cutAt(all, cuts).map((piece) => output(piece)))
        expect(shown).toBe(Buffer.from(all).toString('utf8'))
        expect(events.every((event) => (event as unknown[])[2] !== '')).toBe(true)
      }),
      { numRuns: 200 },
    )
  })

  test('of a character that is cut off by a gap, or by the end, are U+FFFD', () => {
    const half = Buffer.from('é').subarray(0, 1)
    const { shown, summary } = encode([output(half), { kind: 'gap', stream: 'pty', from: 1, to: 8 }, output('é'), output(half)])
    expect(shown).toBe('\ufffdé\ufffd')
    expect(summary).toMatchObject({ bytes: 4, missingBytes: 7 })
  })

  test('of two pipes are two texts, with line ends as a terminal has them', () => {
    const [first, second] = [Buffer.from('é').subarray(0, 1), Buffer.from('é\n').subarray(1)]
    const error: TimedPiece = { kind: 'output', stream: 'stderr', bytes: Buffer.from('no\n'), unixMs: 1000, isTimed: true }
    const { events } = encode([output(first), error, output(second)], { addsCarriageReturns: true })
    expect(events).toEqual([
      [0, 'o', 'no\r\n'],
      [0, 'o', 'é\r\n'],
    ])
  })
})
