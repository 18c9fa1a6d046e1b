/**
 * The cap on what a session's log may take on the disk, over all of its streams: the oldest closed segments go first,
 * whichever stream they belong to.
 */
import { unlinkSync } from 'node:fs'
import { errnoOf } from '../../platform/perch-error.js'

/** One segment's files. The byte counts grow while it is written. */
export interface Segment {
  readonly start: number
  readonly path: string
  readonly indexPath: string
  bytes: number
  indexBytes: number
  /** Told when the segment's files are removed; it is then the first of its stream. */
  readonly onDrop: () => void
}

/** Few files for a long session, and little is lost at a time when the cap drops one. */
const SEGMENT_LIMIT_BYTES = 4 * 1024 * 1024
/** A small cap is still cut into several segments, so that dropping one leaves the rest of the tail. */
const SEGMENTS_PER_CAP = 8
/** With files of 4 KiB, 64 MiB of output took 12 s under a cap of that size: making and removing 16,000 of them. */
const SEGMENT_MIN_BYTES = 32 * 1024
/** Under a cap below that each stream still has an open segment, which cannot be dropped, and room for a closed one. */
const LEAST_SEGMENTS_PER_CAP = 3
/** A smaller cap has no room for a few lines and their index: then nothing is kept. */
const LEAST_CAP_BYTES = 1024

export class SegmentBudget {
  /** Where a segment is closed and the next one begun. */
  readonly segmentBytes: number
  /** Of a single piece of output, no more than the last so many bytes can stay; 0 when nothing is kept. */
  readonly capBytes: number
  readonly #closed: Segment[] = []
  #usedBytes = 0

  constructor(capBytes: number) {
    this.capBytes = capBytes < LEAST_CAP_BYTES ? 0 : capBytes
    const least = Math.min(SEGMENT_MIN_BYTES, Math.floor(capBytes / LEAST_SEGMENTS_PER_CAP))
    this.segmentBytes = Math.min(SEGMENT_LIMIT_BYTES, Math.max(least, Math.floor(capBytes / SEGMENTS_PER_CAP)))
  }

  isFull(segment: Segment): boolean {
    return segment.bytes + segment.indexBytes >= this.segmentBytes
  }

  /** Bytes were added to a segment; older ones are removed until the cap holds again. */
  spend(bytes: number): void {
    this.#usedBytes += bytes
    while (this.#usedBytes > this.capBytes) {
      const oldest = this.#closed.shift()
      if (!oldest) return
      this.#remove(oldest)
    }
  }

  /** Removes closed segments, the oldest first, although there is room. */
  drop(segments: readonly Segment[]): void {
    for (const segment of segments) {
      const at = this.#closed.indexOf(segment)
      if (at === -1) continue
      this.#closed.splice(at, 1)
      this.#remove(segment)
    }
  }

  /** The segment will not grow any more, and may go when room is needed. */
  closed(segment: Segment): void {
    this.#closed.push(segment)
  }

  #remove(segment: Segment): void {
    this.#usedBytes -= segment.bytes + segment.indexBytes
    segment.onDrop()
    removeFile(segment.path)
    removeFile(segment.indexPath)
  }
}

/** `rmSync` asks what it is first and costs three times as much; a small cap removes files all the time. */
function removeFile(path: string): void {
  try {
    unlinkSync(path)
  } catch (error) {
    if (errnoOf(error) !== 'ENOENT') throw error
  }
}
