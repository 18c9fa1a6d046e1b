import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type SegmentStore, StreamLog } from '../../../src/host/log/stream-log.js'

/** A store in memory that keeps the last `keepBytes`, and stops accepting after `failAfterBytes`. */
class MemoryStore implements SegmentStore {
  accepting = true
  start = 0
  end = 0
  #bytes = Buffer.alloc(0)

  constructor(
    private readonly keepBytes: number,
    private readonly failAfterBytes = Number.POSITIVE_INFINITY,
  ) {}

  append(bytes: Uint8Array): void {
    const taken = bytes.subarray(0, Math.max(0, this.failAfterBytes - this.end))
    this.#bytes = Buffer.concat([this.#bytes, taken])
    this.end += taken.byteLength
    const excess = Math.max(0, this.#bytes.byteLength - this.keepBytes)
    this.#bytes = this.#bytes.subarray(excess)
    this.start += excess
    this.accepting = this.end < this.failAfterBytes
  }

  read(from: number, into: Uint8Array): number {
    if (from < this.start || from >= this.end) return 0
    const piece = this.#bytes.subarray(from - this.start, from - this.start + into.byteLength)
    into.set(piece)
    return piece.byteLength
  }
}

const noStore: SegmentStore = { accepting: false, start: 0, end: 0, append: () => undefined, read: () => 0 }

/** The byte that belongs at an offset: different from its neighbours near and far. */
function byteAt(offset: number): number {
  return (offset * 31 + (offset >> 8) * 7 + (offset >> 16)) & 0xff
}

function bytesFrom(offset: number, length: number): Buffer {
  return Buffer.from(Array.from({ length }, (_, at) => byteAt(offset + at)))
}

/** Reads what is there now; returns where the reader is then, and checks every byte and gap on the way. */
function follow(log: StreamLog, from: number, pieceBytes: number): { position: number; ended: boolean; gapBytes: number } {
  let position = from
  let gapBytes = 0
  const piece = Buffer.alloc(pieceBytes)
  for (;;) {
    const read = log.read(position, piece)
    switch (read.kind) {
      case 'wait':
        expect(position).toBe(log.end)
        return { position, ended: false, gapBytes }
      case 'end':
        expect(position).toBe(log.end)
        expect(read.offset).toBe(log.end)
        return { position, ended: true, gapBytes }
      case 'gap':
        expect(read.from).toBe(position)
        expect(read.to).toBeGreaterThan(position)
        gapBytes += read.to - read.from
        position = read.to
        break
      case 'data':
        expect(read.bytes).toBeGreaterThan(0)
        expect(piece.subarray(0, read.bytes)).toEqual(bytesFrom(position, read.bytes))
        position += read.bytes
    }
  }
}

describe('a stream log', () => {
  const step = fc.oneof(
    { weight: 5, arbitrary: fc.record({ append: fc.integer({ min: 0, max: 300 }) }) },
    { weight: 2, arbitrary: fc.record({ publish: fc.constant(true) }) },
    { weight: 3, arbitrary: fc.record({ read: fc.nat(3), piece: fc.integer({ min: 1, max: 200 }) }) },
    { weight: 1, arbitrary: fc.record({ join: fc.nat(3), from: fc.nat(4000) }) },
  )

  test('gives each reader every byte once and in order, or a gap that says exactly what is missing', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 256 }),
        fc.option(fc.record({ keep: fc.integer({ min: 0, max: 1000 }), failAfter: fc.option(fc.nat(2000)) })),
        fc.array(step, { maxLength: 80 }),
        (memoryBytes, kept, steps) => {
          const store = kept ? new MemoryStore(kept.keep, kept.failAfter ?? undefined) : noStore
          const log = new StreamLog({ memoryBytes, store })
          const positions = [0, 0, 0, 0]
          for (const action of steps) {
            if ('append' in action) log.append(bytesFrom(log.end, action.append))
            else if ('publish' in action) log.publish()
            else if ('join' in action) positions[action.join] = Math.min(action.from, log.end)
            else positions[action.read] = follow(log, positions[action.read] ?? 0, action.piece).position
          }
          log.finish()
          log.publish()
          for (const position of positions) expect(follow(log, position, 100).ended).toBe(true)
        },
      ),
      { numRuns: 500 },
    )
  })

  test('has no gap while a store keeps what memory drops', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 64 }),
        fc.array(fc.integer({ min: 1, max: 200 }), { maxLength: 40 }),
        (memoryBytes, sizes) => {
          const log = new StreamLog({ memoryBytes, store: new MemoryStore(Number.POSITIVE_INFINITY) })
          for (const size of sizes) log.append(bytesFrom(log.end, size))
          expect(log.extent()).toEqual({ start: 0, end: sizes.reduce((a, b) => a + b, 0) })
          expect(follow(log, 0, 50)).toEqual({ position: log.end, ended: false, gapBytes: 0 })
        },
      ),
    )
  })

  test('without a store counts what a late reader misses', () => {
    const log = new StreamLog({ memoryBytes: 100, store: noStore })
    log.append(bytesFrom(0, 250))
    expect(log.extent()).toEqual({ start: 150, end: 250 })
    expect(follow(log, 0, 30)).toEqual({ position: 250, ended: false, gapBytes: 150 })
  })

  test('goes on in memory when the store fails, with one gap for what neither holds', () => {
    const log = new StreamLog({ memoryBytes: 100, store: new MemoryStore(1_000, 120) })
    for (let at = 0; at < 300; at += 50) log.append(bytesFrom(at, 50))
    expect(log.extent()).toEqual({ start: 0, end: 300 })
    const piece = Buffer.alloc(500)
    expect(log.read(0, piece)).toEqual({ kind: 'data', bytes: 120 })
    expect(log.read(120, piece)).toEqual({ kind: 'gap', from: 120, to: 200 })
    expect(log.read(200, piece)).toEqual({ kind: 'data', bytes: 100 })
  })

  test('wakes followers at every publication until they leave, and tells the end only to those who read to it', () => {
    const log = new StreamLog({ memoryBytes: 100, store: noStore })
    let woken = 0
    const leave = log.follow(() => {
      woken += 1
    })
    log.append(Buffer.from('ab'))
    expect(woken).toBe(0)
    expect(log.unpublishedBytes).toBe(2)
    log.publish()
    expect(log.unpublishedBytes).toBe(0)
    log.finish()
    log.publish()
    expect(woken).toBe(2)
    leave()
    log.publish()
    expect(woken).toBe(2)
    expect(log.read(1, Buffer.alloc(9))).toEqual({ kind: 'data', bytes: 1 })
    expect(log.read(2, Buffer.alloc(9))).toEqual({ kind: 'end', offset: 2 })
    expect(() => log.append(Buffer.from('c'))).toThrow('after the end')
  })
})
