/** The sinks of the library that keep or hand on what they get: ring, channel and callback. */
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { callbackSink } from '../../../../src/host/tee/sinks/callback-sink.js'
import { ChannelSink } from '../../../../src/host/tee/sinks/channel-sink.js'
import { RingSink } from '../../../../src/host/tee/sinks/ring-sink.js'
import type { TeePiece } from '../../../../src/host/tee/tee-sink.js'
import { bytesAt } from '../memory-source.js'

/** Bytes to write, or bytes that are missed, one after the other. */
const actions = fc.array(
  fc.oneof(fc.record({ write: fc.integer({ min: 1, max: 60 }) }), fc.record({ miss: fc.integer({ min: 1, max: 60 }) })),
  { maxLength: 40 },
)

type FlatByte = readonly [offset: number, byte: number | null]

/** Every byte by its offset, missing ones as null, so that pieces may be cut anywhere. */
function flattened(pieces: readonly TeePiece[]): readonly FlatByte[] {
  return pieces.flatMap((piece): FlatByte[] => {
    if (piece.type === 'data') return [...piece.bytes].map((byte, index) => [piece.offset + index, byte])
    return Array.from({ length: piece.to - piece.from }, (_, index) => [piece.from + index, null])
  })
}

describe('a ring', () => {
  test('holds the last bytes, with what is missing between them, and can be read again and again', () => {
    fc.assert(
      fc.property(actions, fc.integer({ min: 1, max: 100 }), (steps, capacity) => {
        const ring = new RingSink(capacity)
        const all: [number, number | null][] = []
        let at = 0
        for (const step of steps) {
          if ('write' in step) {
            const bytes = bytesAt(at, step.write)
            ring.write(at, bytes)
            for (const byte of bytes) all.push([at++, byte])
          } else {
            ring.missed(at, at + step.miss)
            for (let missed = 0; missed < step.miss; missed++) all.push([at++, null])
          }
        }
        const held = all.filter(([, byte]) => byte !== null).length
        expect(ring.byteLength).toBe(Math.min(held, capacity))
        const read = flattened(ring.read())
        expect(read).toEqual(all.slice(all.length - read.length))
        expect(read.filter(([, byte]) => byte !== null).length).toBe(ring.byteLength)
        expect(flattened(ring.read())).toEqual(read)
      }),
    )
  })

  test('says what its tee did not get at the end', () => {
    const ring = new RingSink(10)
    ring.write(0, bytesAt(0, 5))
    ring.close({ from: 5, to: 9 })
    expect(ring.read()).toEqual([
      { type: 'data', offset: 0, bytes: bytesAt(0, 5) },
      { type: 'missed', from: 5, to: 9 },
    ])
  })
})

describe('a channel', () => {
  test('gives everything in order to whoever takes it, and never holds more than its capacity', async () => {
    await fc.assert(
      fc.asyncProperty(actions, fc.integer({ min: 1, max: 50 }), async (steps, capacity) => {
        const channel = new ChannelSink(capacity)
        const taken: TeePiece[] = []
        let at = 0
        for (const step of steps) {
          if ('miss' in step) {
            channel.missed(at, at + step.miss)
            at += step.miss
            continue
          }
          for (const end = at + step.write; at < end; ) {
            const count = channel.write(at, bytesAt(at, end - at))
            if (typeof count === 'number') {
              at += count
              continue
            }
            let settled = false
            const written = count.then((bytes) => {
              settled = true
              at += bytes
            })
            while (!settled) {
              const { value } = await channel.next()
              if (value) taken.push(value)
              await Promise.resolve()
            }
            await written
          }
        }
        channel.close()
        let queued = 0
        for await (const piece of channel) {
          taken.push(piece)
          if (piece.type === 'data') queued += piece.bytes.byteLength
        }
        expect(queued).toBeLessThanOrEqual(capacity)
        const all = flattened(taken)
        expect(all.map(([offset]) => offset)).toEqual(Array.from({ length: at }, (_, offset) => offset))
        expect(all.every(([offset, byte]) => byte === null || byte === offset % 251)).toBe(true)
      }),
    )
  })

  test('gives a piece at once to one who waits for it, and the end to those who still wait', async () => {
    const channel = new ChannelSink(100)
    const [first, second] = [channel.next(), channel.next()]
    channel.write(0, bytesAt(0, 3))
    expect(await first).toEqual({ done: false, value: { type: 'data', offset: 0, bytes: bytesAt(0, 3) } })
    channel.close({ from: 3, to: 10 })
    expect(await second).toEqual({ done: false, value: { type: 'missed', from: 3, to: 10 } })
    expect(await channel.next()).toEqual({ done: true, value: undefined })
  })

  test('that is full lets a pending write go when it is closed', async () => {
    const channel = new ChannelSink(2)
    channel.write(0, bytesAt(0, 2))
    const pending = channel.write(2, bytesAt(2, 2))
    channel.close()
    expect(await pending).toBe(0)
  })

  test('does not cost much more than its bytes when they come one by one', () => {
    const channel = new ChannelSink(10_000)
    for (let at = 0; at < 10_000; at++) channel.write(at, bytesAt(at, 1))
    let pieces = 0
    channel.close()
    const count = async () => {
      for await (const _ of channel) pieces += 1
      return pieces
    }
    return expect(count()).resolves.toBeLessThan(10)
  })

  test('whose reader leaves is broken', async () => {
    const channel = new ChannelSink(100)
    const problems: string[] = []
    channel.begin(({ message }) => problems.push(message))
    channel.write(0, bytesAt(0, 3))
    for await (const _ of channel) break
    expect(problems).toEqual(['the reader of the channel has left'])
  })
})

describe('a callback', () => {
  test('gets pieces with bytes of its own', () => {
    const pieces: TeePiece[] = []
    const sink = callbackSink((piece) => pieces.push(piece))
    const reused = Uint8Array.of(1, 2, 3)
    expect(sink.write(0, reused)).toBe(3)
    reused.fill(9)
    sink.missed(3, 7)
    expect(pieces).toEqual([
      { type: 'data', offset: 0, bytes: Uint8Array.of(1, 2, 3) },
      { type: 'missed', from: 3, to: 7 },
    ])
  })

  test('is waited for while its promise is pending, and what it throws is what broke it', async () => {
    const sink = callbackSink(async ({ type }) => {
      if (type === 'missed') throw new Error('not with me')
    })
    expect(await sink.write(0, Uint8Array.of(1, 2))).toBe(2)
    await expect(sink.missed(2, 3)).rejects.toThrow('not with me')
    const throwing = callbackSink(() => {
      throw new Error('at once')
    })
    expect(() => throwing.write(0, Uint8Array.of(1))).toThrow('at once')
  })
})
