/**
 * The two files of a segment that is being written: its bytes, and the index of when they came (`src/api/log-index.ts`). It owns
 * both descriptors; what the files may take together is the budget's business. Every write may throw what the disk says.
 */
import { closeSync, mkdirSync, openSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { encodeIndexRecord, type IndexRecord } from '../../api/log-index.js'
import type { Size } from '../../api/session.js'
import { errnoOf } from '../../platform/perch-error.js'
import type { Segment } from './segment-budget.js'
import { type SegmentName, segmentFileName } from './segment-format.js'

/** Finer than a recording is played back; so an echo of one byte does not cost a record of 24 each time. */
const INDEX_STEP_MS = 10

export class SegmentWriter {
  readonly segment: Segment
  readonly #data: number
  readonly #index: number
  #indexedAtMs = 0

  /** Makes the files in `folder`, and the folder. `onDrop` is called when the budget has removed them. */
  constructor(folder: string, name: SegmentName, onDrop: () => void) {
    const path = join(folder, segmentFileName(name, 'bin'))
    const indexPath = join(folder, segmentFileName(name, 'idx'))
    makeFolder(folder)
    this.#data = openSync(path, 'w', 0o600)
    try {
      this.#index = openSync(indexPath, 'w', 0o600)
    } catch (error) {
      closeSync(this.#data)
      throw error
    }
    this.segment = { start: name.start, path, indexPath, bytes: 0, indexBytes: 0, onDrop }
  }

  /** Offset of the next byte. */
  get end(): number {
    return this.segment.start + this.segment.bytes
  }

  /** Writes up to `length` bytes from `at` on; returns how many. */
  write(bytes: Uint8Array, at: number, length: number): number {
    const written = writeSync(this.#data, bytes, at, length)
    this.segment.bytes += written
    return written
  }

  /** The next byte comes now. Returns the bytes that the index grew by. */
  indexTime(): number {
    const unixMs = Date.now()
    // A clock that was set back also gets a record: later readers see the step instead of a wrong time.
    if (Math.abs(unixMs - this.#indexedAtMs) < INDEX_STEP_MS) return 0
    this.#indexedAtMs = unixMs
    return this.#addRecord({ kind: 'time', offset: this.end, unixMs })
  }

  /** The next bytes came before, and nobody noted when. Returns the bytes that the index grew by. */
  indexLate(): number {
    return this.#addRecord({ kind: 'late', offset: this.end, unixMs: Date.now() })
  }

  /** The terminal has this size from the next byte on. Returns the bytes that the index grew by. */
  indexSize({ cols, rows }: Size): number {
    return this.#addRecord({ kind: 'size', offset: this.end, unixMs: Date.now(), cols, rows })
  }

  close(): void {
    closeSync(this.#data)
    closeSync(this.#index)
  }

  #addRecord(record: IndexRecord): number {
    const written = writeSync(this.#index, encodeIndexRecord(record))
    this.segment.indexBytes += written
    return written
  }
}

/** Not with its parents: when somebody removed the session's folder, it must not come back as a half one. */
function makeFolder(path: string): void {
  try {
    mkdirSync(path, { mode: 0o700 })
  } catch (error) {
    if (errnoOf(error) !== 'EEXIST') throw error
  }
}
