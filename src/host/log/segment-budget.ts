/**
 * The cap on what a session's log may take on the disk, over all of its streams: the oldest closed segments go first,
 * whichever stream they belong to.
 */
import { rmSync } from 'node:fs'

/** One segment's files. The byte counts grow while it is written. */
export interface Segment {
  readonly start: number
  readonly path: string
  readonly indexPath: string
  bytes: number
  indexBytes: number
  /** Told when the segment's files were removed; it is then the first of its stream. */
  readonly onDrop: () => void
}

/** Few files for a long session, and little is lost at a time when the cap drops one. */
const SEGMENT_LIMIT_BYTES = 4 * 1024 * 1024
/** A small cap is still cut into several segments, so that dropping one leaves the rest of the tail. */
const SEGMENTS_PER_CAP = 8
const SEGMENT_MIN_BYTES = 4 * 1024

export class SegmentBudget {
  /** Where a segment is closed and the next one begun. */
  readonly segmentBytes: number
  readonly #capBytes: number
  readonly #closed: Segment[] = []
  #usedBytes = 0

  constructor(capBytes: number) {
    this.#capBytes = capBytes
    this.segmentBytes = Math.min(SEGMENT_LIMIT_BYTES, Math.max(SEGMENT_MIN_BYTES, Math.floor(capBytes / SEGMENTS_PER_CAP)))
  }

  isFull(segment: Segment): boolean {
    return segment.bytes + segment.indexBytes >= this.segmentBytes
  }

  /** Bytes were added to a segment; older ones are removed until the cap holds again. */
  spend(bytes: number): void {
    this.#usedBytes += bytes
    while (this.#usedBytes > this.#capBytes) {
      const oldest = this.#closed.shift()
      if (!oldest) return
      this.#usedBytes -= oldest.bytes + oldest.indexBytes
      rmSync(oldest.path, { force: true })
      rmSync(oldest.indexPath, { force: true })
      oldest.onDrop()
    }
  }

  /** The segment will not grow any more, and may go when room is needed. */
  closed(segment: Segment): void {
    this.#closed.push(segment)
  }
}
