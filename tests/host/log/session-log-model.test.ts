/**
 * The log of a session against a plain model of it: whatever is appended, read, evicted and refused by the disk, in whatever
 * order, each reader gets the bytes of its stream, each once and in order, or is told exactly which are gone.
 */
import { mkdtempSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { decodeIndexRecords } from '../../../src/api/log-index.js'
import { type EndedLog, openEndedLog } from '../../../src/host/log/ended-log.js'
import { LOG_FOLDER, parseSegmentFileName } from '../../../src/host/log/segment-format.js'
import { SessionLog } from '../../../src/host/log/session-log.js'

const KIB = 1024
const STREAMS = ['stdout', 'stderr'] as const
type Stream = (typeof STREAMS)[number]
/** The least that a log keeps in memory. */
const MEMORY_BYTES = 256 * KIB

/** Streams repeat this; a prime length, so that a byte of one segment is never taken for that of another. */
const PATTERN = Buffer.from(Array.from({ length: 65_537 }, (_, at) => (at * 167 + (at >> 8) * 13) & 0xff))

/** The bytes that belong at an offset of a stream. */
function bytesAt(stream: Stream, offset: number, length: number): Buffer {
  const bytes = Buffer.allocUnsafe(length)
  const shift = stream === 'stderr' ? 7 : 0
  for (let filled = 0; filled < length; ) {
    const at = (offset + shift + filled) % PATTERN.byteLength
    filled += PATTERN.copy(bytes, filled, at, at + length - filled)
  }
  return bytes
}

const stream = fc.constantFrom(...STREAMS)
const step = fc.oneof(
  {
    weight: 8,
    arbitrary: fc.record({
      append: stream,
      bytes: fc.oneof(fc.integer({ max: 3, min: 1 }), fc.integer({ min: 1, max: 300 * KIB })),
    }),
  },
  {
    weight: 6,
    arbitrary: fc.record({
      read: fc.nat(3),
      piece: fc.integer({ min: 1, max: 128 * KIB }),
      pieces: fc.integer({ min: 1, max: 20 }),
    }),
  },
  { weight: 2, arbitrary: fc.record({ join: fc.nat(3), share: fc.double({ min: 0, max: 1, noNaN: true }) }) },
  { weight: 1, arbitrary: fc.record({ cols: fc.integer({ min: 1, max: 200 }), rows: fc.integer({ min: 1, max: 99 }) }) },
)
const breakOrMend = fc.record({ disk: fc.constantFrom('fails', 'works') })
const caps = fc.constantFrom(0, 1, 1_024, 4_097, 100_000, 512 * KIB, 1024 * KIB + 1, 16 * 1024 * KIB)

type ValueOf<A> = A extends fc.Arbitrary<infer T> ? T : never
type Step = ValueOf<typeof step> | ValueOf<typeof breakOrMend>

interface Reader {
  readonly stream: Stream
  position: number
  gapBytes: number
}

function sizeText({ cols, rows }: { readonly cols: number; readonly rows: number }): string {
  return `${cols} × ${rows}`
}

/** A log in a folder of its own, four readers, and what the model knows of them. */
class Run implements Disposable {
  readonly folder = mkdtempSync(join(tmpdir(), 'log-model'))
  readonly written: Record<Stream, number> = { stdout: 0, stderr: 0 }
  readonly readers: readonly Reader[] = [0, 1, 2, 3].map((index) => ({
    stream: index % 2 ? 'stderr' : 'stdout',
    position: 0,
    gapBytes: 0,
  }))
  readonly log: SessionLog
  hasFailed = false
  /** Each size that the terminal had, and from which offset of each stream on. */
  readonly sizes: { readonly size: string; readonly from: Readonly<Record<Stream, number>> }[] = []
  #isBroken = false

  constructor(
    readonly capBytes: number,
    kept: 'disk' | 'memory',
  ) {
    this.log = new SessionLog({
      streams: STREAMS,
      folder: this.folder,
      log: kept,
      logBytes: capBytes,
      memoryBytes: MEMORY_BYTES,
      onProblem: () => undefined,
    })
  }

  take(step: Step): void {
    if ('append' in step) {
      this.log.append(step.append, bytesAt(step.append, this.written[step.append], step.bytes))
      this.written[step.append] += step.bytes
    } else if ('read' in step) {
      this.#read(this.readers[step.read], step.piece, step.pieces)
    } else if ('join' in step) {
      const reader = this.readers[step.join]
      if (reader) reader.position = Math.floor(this.written[reader.stream] * step.share)
    } else if ('cols' in step) {
      this.log.resized({ cols: step.cols, rows: step.rows })
      this.sizes.push({ size: sizeText(step), from: { ...this.written } })
    } else {
      this.#setBroken(step.disk === 'fails')
    }
  }

  /** Every reader to its end, after the streams have ended. */
  readOut(): void {
    for (const reader of this.readers) expect(this.#read(reader, 64 * KIB, Number.POSITIVE_INFINITY)).toBe('end')
  }

  mend(): void {
    this.#setBroken(false)
  }

  filesOnDisk(): readonly string[] {
    try {
      return readdirSync(join(this.folder, LOG_FOLDER))
    } catch {
      return []
    }
  }

  diskBytes(): number {
    return this.filesOnDisk().reduce((sum, name) => sum + statSync(join(this.folder, LOG_FOLDER, name)).size, 0)
  }

  [Symbol.dispose](): void {
    this.log.close()
    rmSync(this.folder, { recursive: true, force: true })
  }

  #read(reader: Reader | undefined, pieceBytes: number, pieces: number): 'end' | 'wait' | 'more' {
    const log = this.log.stream(reader?.stream ?? '')
    if (!reader || !log) throw new Error('there are four readers of two streams')
    const piece = Buffer.alloc(pieceBytes)
    for (let taken = 0; taken < pieces; taken++) {
      const inMemory = reader.position >= log.memoryStart
      const read = log.read(reader.position, piece)
      if (read.kind === 'wait' || read.kind === 'end') {
        expect(reader.position).toBe(this.written[reader.stream])
        return read.kind
      }
      if (read.kind === 'data') {
        expect(piece.subarray(0, read.bytes).equals(bytesAt(reader.stream, reader.position, read.bytes))).toBe(true)
        expect(read.bytes).toBeGreaterThan(0)
        reader.position += read.bytes
      } else {
        expect({ inMemory, from: read.from }).toEqual({ inMemory: false, from: reader.position })
        expect(read.to).toBeGreaterThan(reader.position)
        expect(read.to).toBeLessThanOrEqual(this.written[reader.stream])
        // Not one byte too many is given up.
        expect(log.read(read.to - 1, piece).kind).toBe('gap')
        reader.gapBytes += read.to - read.from
        reader.position = read.to
      }
    }
    return 'more'
  }

  /** A file in the place of the folder, as the superuser's disk does not fail by permissions. */
  #setBroken(broken: boolean): void {
    if (broken === this.#isBroken) return
    this.#isBroken = broken
    this.hasFailed ||= broken
    const [path, away] = [join(this.folder, LOG_FOLDER), join(this.folder, 'away')]
    if (broken) {
      if (this.filesOnDisk().length > 0) renameSync(path, away)
      writeFileSync(path, 'in the way')
    } else {
      rmSync(path)
      if (readdirSync(this.folder).includes('away')) renameSync(away, path)
    }
  }
}

/** Reads an ended stream to its end, checking every byte; returns where it ended and the first byte after its last gap. */
async function readEnded(log: EndedLog, name: Stream): Promise<{ readonly end: number; readonly wholeFrom: number }> {
  let wholeFrom = 0
  for (let at = 0; ; ) {
    const read = await log.read(name, at, 100_000)
    if (read.kind === 'end') return { end: read.offset, wholeFrom }
    if (read.kind === 'gap') {
      expect(read.from).toBe(at)
      expect(read.to).toBeGreaterThan(at)
      at = read.to
      wholeFrom = at
    } else {
      expect(read.bytes.equals(bytesAt(name, at, read.bytes.byteLength))).toBe(true)
      at += read.bytes.byteLength
    }
  }
}

describe('the log of a session, for any output, readers and cap', () => {
  test('stays below its cap, never shows a wrong byte, and loses nothing that fits', { timeout: 60_000 }, async () => {
    await fc.assert(
      fc.asyncProperty(caps, fc.array(step, { maxLength: 40 }), async (capBytes, steps) => {
        using run = new Run(capBytes, 'disk')
        for (const each of steps) {
          run.take(each)
          expect(run.diskBytes()).toBeLessThanOrEqual(capBytes)
        }
        run.log.close()
        run.readOut()
        expect(run.log.problem).toBeNull()
        expect(run.diskBytes()).toBeLessThanOrEqual(capBytes)

        // The index takes a little of the cap, and an evicted segment up to an eighth of it.
        const fits = (run.written.stdout + run.written.stderr) * 1.01 + 8 * KIB < capBytes
        if (fits) expect(run.readers.map(({ gapBytes }) => gapBytes)).toEqual([0, 0, 0, 0])
        const ended = await openEndedLog(run.folder)
        for (const name of STREAMS) {
          const { end, wholeFrom } = await readEnded(ended, name)
          if (capBytes >= 4 * MEMORY_BYTES) expect(end).toBe(run.written[name])
          if (fits) expect(wholeFrom).toBe(0)
        }
      }),
      { numRuns: 40 },
    )
  })

  test('goes on while the disk fails, and has on it at the end what memory held', { timeout: 60_000 }, async () => {
    const steps = fc.array(fc.oneof({ weight: 6, arbitrary: step }, { weight: 1, arbitrary: breakOrMend }), { maxLength: 40 })
    await fc.assert(
      fc.asyncProperty(fc.constantFrom('disk', 'memory'), steps, async (kept, steps) => {
        const capBytes = 16 * 1024 * KIB
        using run = new Run(capBytes, kept)
        for (const each of steps) run.take(each)
        run.mend()
        run.log.close()
        run.readOut()
        if (!run.hasFailed) expect(run.log.problem).toBeNull()
        const ended = await openEndedLog(run.folder)
        for (const name of STREAMS) {
          const { end, wholeFrom } = await readEnded(ended, name)
          expect(end).toBe(run.written[name])
          expect(wholeFrom).toBeLessThanOrEqual(Math.max(0, run.written[name] - MEMORY_BYTES))
        }
      }),
      { numRuns: 40 },
    )
  })

  test('says in each segment when its bytes came and which size the terminal had', { timeout: 60_000 }, () => {
    fc.assert(
      fc.property(fc.array(step, { minLength: 1, maxLength: 30 }), (steps) => {
        using run = new Run(512 * KIB, 'disk')
        for (const each of steps) run.take(each)
        run.log.close()
        for (const name of run.filesOnDisk()) {
          const segment = parseSegmentFileName(name)
          if (!segment) continue
          const path = join(run.folder, LOG_FOLDER, name)
          const end = segment.start + statSync(path).size
          const records = decodeIndexRecords(readFileSync(path.replace(/bin$/, 'idx')))
          const offsets = records.map(({ offset }) => offset)
          expect(offsets).toEqual([...offsets].sort((a, b) => a - b))
          expect(offsets[0]).toBe(segment.start)
          expect(offsets.at(-1)).toBeLessThanOrEqual(end)
          expect(records.find(({ kind }) => kind === 'time')?.offset).toBe(segment.start)
          const known = run.sizes.filter(({ from }) => from[segment.stream === 'stderr' ? 'stderr' : 'stdout'] <= segment.start)
          const [first] = records
          expect(first?.kind === 'size' ? sizeText(first) : undefined).toBe(known.at(-1)?.size)
        }
      }),
      { numRuns: 30 },
    )
  })
})
