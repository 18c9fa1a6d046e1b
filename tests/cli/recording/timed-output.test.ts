/** The bytes of a log brought together with its index, against a model that has both as lists. */
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { IndexRecord } from '../../../src/api/log-index.js'
import { mergeByTime } from '../../../src/cli/recording/merge-by-time.js'
import { timedOutput } from '../../../src/cli/recording/timed-output.js'
import type { TimedPiece } from '../../../src/cli/recording/timed-piece.js'
import type { LogEvent } from '../../../src/client/log-request.js'
import { cutAt } from './pieces.js'

async function* each<T>(values: Iterable<T>): AsyncGenerator<T, void, void> {
  yield* values
}

async function collect(pieces: AsyncIterable<TimedPiece>): Promise<TimedPiece[]> {
  const all: TimedPiece[] = []
  for await (const piece of pieces) all.push(piece)
  return all
}

function dataEvents(bytes: Uint8Array, cuts: readonly number[]): LogEvent[] {
  let offset = 0
  return cutAt(bytes, cuts).map((piece) => {
    const event: LogEvent = { type: 'data', stream: 'pty', offset, bytes: piece }
    offset += piece.byteLength
    return event
  })
}

/** Of each byte when it came, and which sizes were told before it; what is told at the end is the last. */
function perByte(pieces: readonly TimedPiece[]): unknown[] {
  const all: unknown[] = []
  let sizes: string[] = []
  for (const piece of pieces) {
    if (piece.kind === 'size') sizes.push(`${piece.size.cols}@${piece.unixMs}`)
    if (piece.kind !== 'output') continue
    for (const byte of piece.bytes) {
      all.push([byte, piece.isTimed ? piece.unixMs : null, sizes])
      sizes = []
    }
  }
  return [...all, sizes]
}

const record = fc.record({
  offset: fc.nat(30),
  unixMs: fc.integer({ min: 1, max: 1000 }),
  kind: fc.constantFrom('time', 'size', 'late'),
})
const records = fc
  .array(record, { maxLength: 12 })
  .map((all) =>
    all
      .sort((a, b) => a.offset - b.offset)
      .map(
        (one): IndexRecord => (one.kind === 'size' ? { ...one, kind: 'size', cols: one.unixMs, rows: 1 } : (one as IndexRecord)),
      ),
  )

function model(bytes: Uint8Array, index: readonly IndexRecord[]): unknown[] {
  let time: IndexRecord | undefined
  const sizesTo = (at: number, from: number) =>
    index.flatMap((one) => (one.kind === 'size' && one.offset <= at && one.offset > from ? [`${one.cols}@${one.unixMs}`] : []))
  const all = [...bytes].map((byte, at): unknown => {
    time = index.filter((one) => one.kind !== 'size' && one.offset <= at).at(-1)
    return [byte, time?.kind === 'time' ? time.unixMs : null, sizesTo(at, at - 1)]
  })
  return [...all, bytes.byteLength === 0 ? [] : sizesTo(bytes.byteLength, bytes.byteLength - 1)]
}

describe('the output of a stream', () => {
  test('has of each byte the last time at or before it, and every size where it was told', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 30 }), fc.array(fc.nat(30)), records, async (bytes, cuts, index) => {
        const pieces = timedOutput(each(dataEvents(bytes, cuts)), async () => ({ end: 1000, records: each(index) }))
        expect(perByte(await collect(pieces))).toEqual(model(bytes, index))
      }),
    )
  })

  test('asks again where a session that runs has gone beyond its index, and has then the same', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.uint8Array({ maxLength: 30 }),
        fc.array(fc.nat(30)),
        records,
        fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1 }),
        async (bytes, cuts, index, steps) => {
          let asked = 0
          // Each time it tells a little more than what is asked for, and again something of what it had told.
          const ask = async (from: number) => {
            const end = from + (steps[asked++ % steps.length] ?? 1)
            const isLast = end >= bytes.byteLength
            return { end, records: each(index.filter(({ offset }) => offset >= from && (isLast || offset < end))) }
          }
          expect(perByte(await collect(timedOutput(each(dataEvents(bytes, cuts)), ask)))).toEqual(model(bytes, index))
        },
      ),
    )
  })

  test('of a log that is in memory alone has no times, and its index is asked for once', async () => {
    let asked = 0
    const ask = async () => {
      asked += 1
      return { end: 0, records: each<IndexRecord>([]) }
    }
    const pieces = await collect(timedOutput(each(dataEvents(Buffer.from('abcdef'), [1, 2, 3])), ask))
    expect(perByte(pieces)).toEqual([...Buffer.from('abcdef')].map((byte) => [byte, null, []]).concat([[]] as never))
    expect(asked).toBe(1)
  })

  test('that goes on in memory after the disk was full has no time from there on', async () => {
    const index: IndexRecord[] = [{ kind: 'time', offset: 0, unixMs: 7 }]
    const ask = async (from: number) => ({ end: 3, records: each(from === 0 ? index : []) })
    const pieces = await collect(timedOutput(each(dataEvents(Buffer.from('abcdef'), [2])), ask))
    const times = pieces.flatMap((piece) =>
      piece.kind === 'output' ? [[piece.bytes.toString(), piece.unixMs, piece.isTimed]] : [],
    )
    expect(times).toEqual([
      ['ab', 7, true],
      ['c', 7, true],
      ['def', 7, false],
    ])
  })

  test('tells gaps, and takes up the time behind them', async () => {
    const gap: LogEvent = { type: 'gap', stream: 'pty', from: 0, to: 5 }
    const data: LogEvent = { type: 'data', stream: 'pty', offset: 5, bytes: Buffer.from('x') }
    const ask = async () => ({ end: 6, records: each<IndexRecord>([{ kind: 'time', offset: 4, unixMs: 9 }]) })
    expect(await collect(timedOutput(each([gap, data]), ask))).toEqual([
      { kind: 'gap', stream: 'pty', from: 0, to: 5 },
      { kind: 'output', stream: 'pty', bytes: Buffer.from('x'), unixMs: 9, isTimed: true },
    ])
  })
})

describe('two streams', () => {
  const piece = (stream: 'stdout' | 'stderr', text: string, unixMs: number | undefined): TimedPiece => ({
    kind: 'output',
    stream,
    bytes: Buffer.from(text),
    unixMs,
    isTimed: unixMs !== undefined,
  })

  test('are one by their times, each in its own order', async () => {
    const stdout = [piece('stdout', 'a', 1), piece('stdout', 'b', 5), piece('stdout', 'c', 4)]
    const stderr = [piece('stderr', 'x', undefined), piece('stderr', 'y', 1), piece('stderr', 'z', 9)]
    const merged = await collect(mergeByTime([each(stdout), each(stderr)]))
    expect(merged.map((one) => (one.kind === 'output' ? Buffer.from(one.bytes).toString() : ''))).toEqual([
      'x',
      'a',
      'y',
      'b',
      'c',
      'z',
    ])
  })

  test('are both ended when one fails, or when nobody reads on', async () => {
    const ended: string[] = []
    const stream = async function* (name: string, fails: boolean): AsyncGenerator<TimedPiece, void, void> {
      try {
        yield piece('stdout', name, 1)
        if (fails) throw new Error('broken')
        yield piece('stdout', name, 2)
      } finally {
        ended.push(name)
      }
    }
    await expect(collect(mergeByTime([stream('a', true), stream('b', false)]))).rejects.toThrow('broken')
    expect(ended).toEqual(['a', 'b'])
    for await (const _ of mergeByTime([stream('c', false), stream('d', false)])) break
    expect(ended).toEqual(['a', 'b', 'c', 'd'])
  })
})
