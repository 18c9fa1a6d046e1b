import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { LiveTee } from '../../../src/host/tee/live-tee.js'
import { LogFeed } from '../../../src/host/tee/log-feed.js'
import type { TeePiece, TeeSink } from '../../../src/host/tee/tee-sink.js'
import { WindowFeed } from '../../../src/host/tee/window-feed.js'
import { bytesAt, memorySource } from './memory-source.js'

const MEMORY_BYTES = 200
const WINDOW_BYTES = 64
const BOUND_MS = 10_000

/** A sink that takes something only when it is told to. */
class SteeredSink implements TeeSink {
  readonly kind = 'steered'
  readonly pieces: TeePiece[] = []
  calls: string[] = []
  #pending: ((bytes: number) => void) | undefined
  #fail: ((error: Error) => void) | undefined
  onBroken: ((problem: Error) => void) | undefined
  readonly #marksWait: boolean

  /** `marksWait`: marks are taken when it is told to as well, like those into a file. */
  constructor(marksWait: boolean) {
    this.#marksWait = marksWait
  }

  begin(onBroken: (problem: Error) => void): void {
    this.onBroken = onBroken
  }

  write(offset: number, bytes: Uint8Array): Promise<number> {
    return new Promise((resolve, reject) => {
      this.#fail = reject
      this.#pending = (wanted) => {
        const taken = Math.min(wanted, bytes.byteLength)
        if (taken > 0) this.pieces.push({ type: 'data', offset, bytes: Uint8Array.from(bytes.subarray(0, taken)) })
        resolve(taken)
      }
    })
  }

  missed(from: number, to: number): void | Promise<void> {
    const mark = () => void this.pieces.push({ type: 'missed', from, to })
    if (!this.#marksWait) return mark()
    return new Promise((resolve) => {
      this.#pending = (wanted) => {
        if (wanted > 0) mark()
        resolve()
      }
    })
  }

  finish(): void {
    this.calls.push('finish')
  }

  close(lost?: { readonly from: number; readonly to: number }): void {
    this.calls.push(lost ? `close ${lost.from}-${lost.to}` : 'close')
    this.take(0)
  }

  /** Takes at most so many bytes of what is offered, if something is. */
  take(bytes: number): void {
    const pending = this.#pending
    this.#pending = undefined
    pending?.(bytes)
  }

  fail(message: string): void {
    this.#fail?.(new Error(message))
  }
}

interface Steering {
  readonly before?: number
  readonly from?: number
  readonly marksWait?: boolean
}

function steeredTee(policy: 'drop-oldest' | 'drop-newest', options: Steering = {}) {
  const stream = memorySource(MEMORY_BYTES)
  if (options.before) stream.write(options.before)
  const { source } = stream
  const sink = new SteeredSink(options.marksWait ?? false)
  const offset = options.from ?? source.end
  const events: string[] = []
  const tee = new LiveTee({
    id: 't1',
    stream: 'stdout',
    policy,
    source,
    feed: policy === 'drop-newest' ? new WindowFeed(source, offset, WINDOW_BYTES) : new LogFeed(source, offset),
    sink,
    onProgress: () => {},
    onMissed: (missed) => events.push(`missed ${missed}`),
    onFailed: (problem) => events.push(`failed ${problem}`),
  })
  tee.begin()
  return { tee, sink, stream, events }
}

/** Lets everything that was settled be acted upon. */
const turn = () => new Promise((resolve) => setImmediate(resolve))

const step = fc.oneof(
  fc.record({ write: fc.integer({ min: 1, max: 150 }) }),
  fc.record({ take: fc.integer({ min: 1, max: 100 }) }),
)

describe('a tee, whatever its sink takes and when', () => {
  for (const policy of ['drop-oldest', 'drop-newest'] as const) {
    test(`${policy}: every byte is there once and in order, or marked as missing at its place`, async () => {
      const backlog = fc.record({ before: fc.nat(400), behind: fc.nat(400) })
      await fc.assert(
        fc.asyncProperty(
          backlog,
          fc.boolean(),
          fc.array(step, { maxLength: 40 }),
          async ({ before, behind }, marksWait, steps) => {
            const from = Math.max(0, before - behind)
            const { tee, sink, stream } = steeredTee(policy, { before, from, marksWait })
            let missedSoFar = 0
            for (const action of steps) {
              if ('write' in action) stream.write(action.write)
              else sink.take(action.take)
              await turn()
              const { offset = 0, lag = 0, missed } = tee.status()
              expect(offset + lag).toBe(stream.source.end)
              expect(missed).toBeGreaterThanOrEqual(missedSoFar)
              missedSoFar = missed
            }
            stream.end()
            while (!sink.calls.includes('close')) {
              sink.take(1_000)
              await turn()
            }
            let at = from
            let missed = 0
            for (const piece of sink.pieces) {
              if (piece.type === 'data') {
                expect(piece.offset).toBe(at)
                expect(piece.bytes).toEqual(bytesAt(at, piece.bytes.byteLength))
                at += piece.bytes.byteLength
              } else {
                expect(piece.from).toBe(at)
                expect(piece.to).toBeGreaterThan(piece.from)
                missed += piece.to - piece.from
                at = piece.to
              }
            }
            expect(at).toBe(stream.source.end)
            expect(tee.status()).toMatchObject({ missed, lag: 0, connected: false, problem: null })
            expect(sink.calls).toEqual(['finish', 'close'])
          },
        ),
        { numRuns: 200 },
      )
    })
  }

  test.each(['drop-oldest', 'drop-newest'] as const)(
    '%s: a sink that is slow with the marks as well gets bytes between any two of them',
    async (policy) => {
      const { sink, stream } = steeredTee(policy, { marksWait: true })
      for (let round = 0; round < 12; round++) {
        stream.write(150)
        stream.write(150)
        sink.take(1_000)
        await turn()
      }
      const kinds = sink.pieces.map(({ type }) => type)
      expect(kinds.filter((kind) => kind === 'missed').length).toBeGreaterThan(2)
      expect(kinds.filter((kind, index) => kind === 'missed' && kinds[index + 1] === 'missed')).toEqual([])
    },
  )

  test('drop-oldest loses what the log has evicted, and says so before the sink has taken anything', async () => {
    const { tee, sink, stream, events } = steeredTee('drop-oldest')
    stream.write(10)
    stream.write(500)
    expect(tee.status()).toMatchObject({ missed: 300, lag: 510, connected: true })
    expect(events).toEqual(['missed 300'])
    sink.take(10)
    await turn()
    expect(sink.pieces).toEqual([
      { type: 'data', offset: 0, bytes: bytesAt(0, 10) },
      { type: 'missed', from: 10, to: 310 },
    ])
  })

  test('drop-newest keeps what came first, and marks what was left out once the window is empty, though nothing follows', async () => {
    const { tee, sink, stream } = steeredTee('drop-newest')
    stream.write(40)
    stream.write(40)
    stream.write(1)
    expect(tee.status()).toMatchObject({ missed: 17, lag: 81 })
    for (let took = 0; took < 3; took++) {
      sink.take(1_000)
      await turn()
    }
    const data = sink.pieces.flatMap((piece) => (piece.type === 'data' ? [...piece.bytes] : []))
    expect(data).toEqual([...bytesAt(0, WINDOW_BYTES)])
    expect(sink.pieces.at(-1)).toEqual({ type: 'missed', from: 64, to: 81 })
    expect(tee.status()).toMatchObject({ missed: 17, lag: 0, connected: true })
  })

  test('drop-newest does not leave out what was in the log before it', async () => {
    const { sink, stream } = steeredTee('drop-newest', { before: 180, from: 0 })
    stream.write(10)
    while (sink.pieces.reduce((sum, piece) => sum + (piece.type === 'data' ? piece.bytes.byteLength : 0), 0) < 190) {
      sink.take(50)
      await turn()
    }
    expect(sink.pieces.filter(({ type }) => type === 'missed')).toEqual([])
  })
})

describe('the end of a tee', () => {
  test('hands over what came before it, and nothing that comes after', async () => {
    const { tee, sink, stream } = steeredTee('drop-oldest')
    stream.write(30)
    const ended = tee.end(BOUND_MS)
    stream.write(30)
    sink.take(1_000)
    await ended
    expect(sink.pieces).toEqual([{ type: 'data', offset: 0, bytes: bytesAt(0, 30) }])
    expect(tee.status()).toMatchObject({ offset: 30, lag: 0, missed: 0, problem: null })
  })

  test('of one that is stuck comes after its bound, and counts what it did not get', async () => {
    const { tee, sink, stream, events } = steeredTee('drop-oldest')
    stream.write(30)
    await tee.end(1)
    expect(sink.calls).toEqual(['close 0-30'])
    expect(tee.status()).toMatchObject({ missed: 30, connected: false, problem: 'it did not take everything within 0.001 s' })
    expect(events).toEqual(['failed it did not take everything within 0.001 s', 'missed 30'])
  })

  test('comes at once when the sink fails; the stream goes on, and what it lacks is counted at the end', async () => {
    const { tee, sink, stream, events } = steeredTee('drop-oldest')
    stream.write(30)
    sink.fail('no more paper')
    await turn()
    expect(tee.status()).toMatchObject({ connected: false, problem: 'no more paper', offset: 0, lag: 30 })
    expect(tee.lagBytes).toBe(0)
    stream.write(1_000)
    await tee.end(BOUND_MS)
    expect(tee.status()).toMatchObject({ missed: 1_030, problem: 'no more paper' })
    expect(sink.calls).toEqual(['close 0-30'])
    expect(events[0]).toBe('failed no more paper')
    expect(events.at(-1)).toBe('missed 1030')
  })

  test('comes when the sink finds out by itself that it is of no use', async () => {
    const { tee, sink } = steeredTee('drop-oldest')
    sink.onBroken?.(new Error('the command exited with code 1'))
    await turn()
    expect(tee.status()).toMatchObject({ connected: false, problem: 'the command exited with code 1' })
  })

  test('comes when the sink takes nothing of what it is offered, which would keep everybody busy', async () => {
    const { tee, sink, stream } = steeredTee('drop-oldest')
    stream.write(30)
    sink.take(0)
    await turn()
    expect(tee.status()).toMatchObject({ connected: false, problem: 'the sink took nothing of what it was offered' })
  })
})
