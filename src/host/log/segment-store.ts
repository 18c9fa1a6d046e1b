/**
 * The files of one stream's log (`segment-format.ts`): written straight through, so that a SIGKILL of the host loses
 * nothing that was handed over, and read back for readers that memory has outrun. When the disk fails it stops
 * accepting and says why once; it never throws into the session.
 */
import { closeSync, openSync, readSync } from 'node:fs'
import type { Size, StreamName } from '../../api/session.js'
import { writeError } from '../../platform/files/atomic-file.js'
import { messageOf } from '../../platform/perch-error.js'
import type { Segment, SegmentBudget } from './segment-budget.js'
import { SegmentWriter } from './segment-writer.js'
import type { SegmentStore } from './stream-log.js'

export interface FileSegmentsOptions {
  readonly folder: string
  readonly stream: StreamName
  readonly budget: SegmentBudget
  /** Nothing is written before `rescue`: the log is kept in memory. */
  readonly deferred: boolean
  readonly onProblem: (message: string) => void
}

export class FileSegments implements SegmentStore {
  readonly #options: FileSegmentsOptions
  readonly #segments: Segment[] = []
  #open: SegmentWriter | undefined
  #accepting: boolean
  #end = 0
  #size: Size | undefined
  /** What is appended came before. */
  #isLate = false

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

  append(output: Uint8Array): void {
    const { budget } = this.#options
    this.#guarded(() => {
      const bytes = this.#lastThatFit(output)
      for (let at = 0; at < bytes.byteLength; ) {
        const open = this.#writable()
        budget.spend(this.#isLate ? open.indexLate() : open.indexTime())
        const { segment } = open
        const room = Math.max(1, budget.segmentBytes - segment.bytes - segment.indexBytes)
        const written = open.write(bytes, at, Math.min(room, bytes.byteLength - at))
        at += written
        this.#end += written
        budget.spend(written)
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
    const open = this.#open
    if (open) this.#guarded(() => this.#options.budget.spend(open.indexSize(size)))
  }

  /** The last chance for bytes that only memory holds: tries the disk (again), from offset `from` on. */
  rescue(from: number, views: readonly Uint8Array[]): void {
    this.#closeOpen()
    this.#end = Math.max(this.#end, from)
    this.#accepting = true
    this.#isLate = true
    for (const view of views) if (this.#accepting) this.append(view)
  }

  /** Closes the files; what they hold stays readable. */
  close(): void {
    this.#accepting = false
    this.#closeOpen()
  }

  /** What the cap would drop again at once is not written, and what lies before it goes: a store has no holes inside. */
  #lastThatFit(bytes: Uint8Array): Uint8Array {
    const { budget } = this.#options
    const excess = bytes.byteLength - budget.capBytes
    if (excess <= 0) return bytes
    this.#closeOpen()
    budget.drop([...this.#segments])
    this.#end += excess
    return bytes.subarray(excess)
  }

  #guarded(write: () => void): void {
    try {
      write()
    } catch (error) {
      this.close()
      this.#options.onProblem(messageOf(writeError(this.#options.folder, error)))
    }
  }

  #writable(): SegmentWriter {
    const { folder, stream, budget } = this.#options
    if (this.#open && !budget.isFull(this.#open.segment)) return this.#open
    this.#closeOpen()
    const open = new SegmentWriter(folder, { stream, start: this.#end }, () => this.#segments.shift())
    this.#segments.push(open.segment)
    this.#open = open
    if (this.#size) budget.spend(open.indexSize(this.#size))
    return open
  }

  #closeOpen(): void {
    const open = this.#open
    if (!open) return
    this.#open = undefined
    open.close()
    this.#options.budget.closed(open.segment)
  }
}
