/**
 * The files of one stream's log (`segment-format.ts`): written straight through, so that a SIGKILL of the host loses
 * nothing that was handed over, and read back for readers that memory has outrun. When the disk fails it stops
 * accepting and says why once; it never throws into the session.
 */
import { closeSync, mkdirSync, openSync, readSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import type { Size, StreamName } from '../../api/session.js'
import { writeError } from '../../platform/files/atomic-file.js'
import { errnoOf, messageOf } from '../../platform/perch-error.js'
import type { Segment, SegmentBudget } from './segment-budget.js'
import { encodeIndexRecord, type IndexRecord, segmentFileName } from './segment-format.js'
import type { SegmentStore } from './stream-log.js'

/** Finer than a recording is played back; so an echo of one byte does not cost a record of 24 each time. */
const INDEX_STEP_MS = 10

export interface FileSegmentsOptions {
  readonly folder: string
  readonly stream: StreamName
  readonly budget: SegmentBudget
  /** Nothing is written before `rescue`: the log is kept in memory. */
  readonly deferred: boolean
  readonly onProblem: (message: string) => void
}

interface OpenSegment {
  readonly segment: Segment
  readonly data: number
  readonly index: number
}

export class FileSegments implements SegmentStore {
  readonly #options: FileSegmentsOptions
  readonly #segments: Segment[] = []
  #open: OpenSegment | undefined
  #accepting: boolean
  #end = 0
  #size: Size | undefined
  #indexedAtMs = 0

  constructor(options: FileSegmentsOptions) {
    this.#options = options
    this.#accepting = !options.deferred
  }

  get accepting(): boolean {
    return this.#accepting
  }

  get start(): number {
    return this.#segments[0]?.start ?? this.#end
  }

  get end(): number {
    return this.#end
  }

  append(bytes: Uint8Array): void {
    this.#guarded(() => {
      for (let at = 0; at < bytes.byteLength; ) {
        const { segment, data } = this.#writable()
        this.#indexTime()
        const room = Math.max(1, this.#options.budget.segmentBytes - segment.bytes - segment.indexBytes)
        const written = writeSync(data, bytes, at, Math.min(room, bytes.byteLength - at))
        at += written
        segment.bytes += written
        this.#end += written
        this.#options.budget.spend(written)
      }
    })
  }

  read(from: number, into: Uint8Array): number {
    const segment = this.#segments.find(({ start, bytes }) => from >= start && from < start + bytes)
    if (!segment) return 0
    const at = from - segment.start
    try {
      const file = openSync(segment.path, 'r')
      try {
        return readSync(file, into, 0, Math.min(into.byteLength, segment.bytes - at), at)
      } finally {
        closeSync(file)
      }
    } catch (error) {
      this.#options.onProblem(`the log cannot be read: ${messageOf(error)}`)
      return 0
    }
  }

  /** The terminal has this size from the next byte on. */
  resized(size: Size): void {
    this.#size = size
    if (this.#open) this.#guarded(() => this.#index({ kind: 'size', offset: this.#end, unixMs: Date.now(), ...size }))
  }

  /** The last chance for bytes that only memory holds: tries the disk (again), from offset `from` on. */
  rescue(from: number, views: readonly Uint8Array[]): void {
    this.#closeOpen()
    this.#end = Math.max(this.#end, from)
    this.#accepting = true
    for (const view of views) if (this.#accepting) this.append(view)
  }

  /** Closes the files; what they hold stays readable. */
  close(): void {
    this.#accepting = false
    this.#closeOpen()
  }

  #guarded(write: () => void): void {
    try {
      write()
    } catch (error) {
      this.close()
      this.#options.onProblem(messageOf(writeError(this.#options.folder, error)))
    }
  }

  #writable(): OpenSegment {
    if (this.#open && !this.#options.budget.isFull(this.#open.segment)) return this.#open
    this.#closeOpen()
    const { folder, stream } = this.#options
    const name = { stream, start: this.#end }
    const path = join(folder, segmentFileName(name, 'bin'))
    const indexPath = join(folder, segmentFileName(name, 'idx'))
    makeFolder(folder)
    const data = openSync(path, 'w', 0o600)
    let index: number
    try {
      index = openSync(indexPath, 'w', 0o600)
    } catch (error) {
      closeSync(data)
      throw error
    }
    const segment: Segment = { start: this.#end, path, indexPath, bytes: 0, indexBytes: 0, onDrop: () => this.#segments.shift() }
    this.#segments.push(segment)
    this.#open = { segment, data, index }
    this.#indexedAtMs = 0
    if (this.#size) this.#index({ kind: 'size', offset: this.#end, unixMs: Date.now(), ...this.#size })
    return this.#open
  }

  #indexTime(): void {
    const unixMs = Date.now()
    // A clock that was set back also gets a record: later readers see the step instead of a wrong time.
    if (Math.abs(unixMs - this.#indexedAtMs) < INDEX_STEP_MS) return
    this.#indexedAtMs = unixMs
    this.#index({ kind: 'time', offset: this.#end, unixMs })
  }

  #index(record: IndexRecord): void {
    if (!this.#open) return
    const written = writeSync(this.#open.index, encodeIndexRecord(record))
    this.#open.segment.indexBytes += written
    this.#options.budget.spend(written)
  }

  #closeOpen(): void {
    const open = this.#open
    if (!open) return
    this.#open = undefined
    closeSync(open.data)
    closeSync(open.index)
    this.#options.budget.closed(open.segment)
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
