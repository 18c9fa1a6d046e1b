/**
 * One stream of a session as an append-only byte log with absolute offsets: the last bytes in memory, older ones in a
 * segment store. Readers keep their own offset and never see one another; whatever was dropped is reported to them as a
 * gap with its bounds. Pure but for the store it is given; when to publish is its owner's decision.
 */
import type { StreamExtent } from '../../api/session.js'
import { ByteRing } from './byte-ring.js'

/** Where bytes live longer than in memory. Offsets grow without holes while it accepts. */
export interface SegmentStore {
  /** False once it failed, or from the beginning for a log kept in memory: then the log goes on without it. */
  readonly accepting: boolean
  /** First byte held; equal to `end` when nothing is held. */
  readonly start: number
  /** Where the next byte goes. */
  readonly end: number
  /** Adds bytes at `end`. Never throws: on failure it stops accepting. */
  append(bytes: Uint8Array): void
  /** Copies bytes from offset `from` on; returns how many, 0 when it has none there. */
  read(from: number, into: Uint8Array): number
}

export type LogRead =
  /** So many bytes were put into the reader's buffer. */
  | { readonly kind: 'data'; readonly bytes: number }
  /** The bytes from `from` to before `to` are gone: go on at `to`. */
  | { readonly kind: 'gap'; readonly from: number; readonly to: number }
  /** The stream ended at this offset, and the reader has read all of it. */
  | { readonly kind: 'end'; readonly offset: number }
  /** Nothing new yet. */
  | { readonly kind: 'wait' }

const WAIT: LogRead = { kind: 'wait' }

export class StreamLog {
  readonly #ring: ByteRing
  readonly #store: SegmentStore
  readonly #readers = new Set<() => void>()
  #ended = false
  #published = 0

  constructor(options: { readonly memoryBytes: number; readonly store: SegmentStore }) {
    this.#ring = new ByteRing(options.memoryBytes)
    this.#store = options.store
  }

  /** Offset after the last byte. */
  get end(): number {
    return this.#ring.end
  }

  get ended(): boolean {
    return this.#ended
  }

  /** Offset of the oldest byte in memory: what is older comes from the store. */
  get memoryStart(): number {
    return this.#ring.start
  }

  /** Bytes that readers have not been woken for. */
  get unpublishedBytes(): number {
    return this.end - this.#published
  }

  /** First and one past the last byte that can still be read. */
  extent(): StreamExtent {
    const stored = this.#store.start < this.#store.end
    return { start: stored ? Math.min(this.#store.start, this.#ring.start) : this.#ring.start, end: this.end }
  }

  /** What memory holds and the store does not: its offset and its bytes, valid until the next append. */
  unstored(): readonly [from: number, views: readonly Uint8Array[]] {
    const from = Math.max(this.#ring.start, this.#store.end)
    return [from, this.#ring.views(from, this.end)]
  }

  /** Adds bytes; the buffer is the caller's again afterwards. Readers are woken by `publish`. Hot. */
  append(bytes: Uint8Array): void {
    if (this.#ended) throw new Error('bytes after the end of a stream')
    for (let at = 0; at < bytes.byteLength; at += this.#ring.capacity) {
      const piece = bytes.subarray(at, at + this.#ring.capacity)
      // What the ring is about to overwrite must be in the store before.
      if (this.end + piece.byteLength - this.#store.end > this.#ring.capacity) this.#storeNew()
      this.#ring.append(piece)
    }
  }

  /** No byte will follow. */
  finish(): void {
    this.#ended = true
  }

  /** Wakes the readers, then hands to the store what it lacks: an echo does not wait for the disk. */
  publish(): void {
    this.#published = this.end
    for (const wake of [...this.#readers]) wake()
    this.#storeNew()
  }

  /** Calls `wake` at every publication. Returns the way to stop that. */
  follow(wake: () => void): () => void {
    this.#readers.add(wake)
    return () => this.#readers.delete(wake)
  }

  /** What a reader at offset `from` gets next. Copies at most `into`'s size. Hot. */
  read(from: number, into: Uint8Array): LogRead {
    if (from >= this.end) return this.#ended ? { kind: 'end', offset: this.end } : WAIT
    if (from >= this.#ring.start) return { kind: 'data', bytes: this.#ring.copy(from, into) }
    const stored = this.#store.read(from, into)
    if (stored > 0) return { kind: 'data', bytes: stored }
    return { kind: 'gap', from, to: this.#nextHeld(from) }
  }

  #nextHeld(from: number): number {
    const { start, end } = this.#store
    return start < end && start > from ? Math.min(start, this.#ring.start) : this.#ring.start
  }

  #storeNew(): void {
    if (!this.#store.accepting) return
    for (const view of this.#ring.views(this.#store.end, this.end)) this.#store.append(view)
  }
}
