/**
 * What a tee offers to its sink next: the one place where its policy shows. A feed knows its source and how far the sink
 * is, but not the sink; it does no I/O but reading the log.
 */

export type FeedStep =
  /** The bytes stay as they are until `advance`. */
  | { readonly kind: 'data'; readonly offset: number; readonly bytes: Uint8Array }
  | { readonly kind: 'missed'; readonly from: number; readonly to: number }
  /** Nothing new yet. */
  | { readonly kind: 'wait' }
  /** Everything up to the end, or up to `until`, was offered. */
  | { readonly kind: 'end' }

export interface TeeFeed {
  /** Offset of the next byte for the sink. */
  readonly offset: number
  /** Bytes after `offset` that are already known to be missing. */
  readonly missing: number
  /** The source has new bytes. Called at once, while they are in memory. Hot. */
  arrived(): void
  /** The next step, never beyond offset `until`. */
  next(until: number): FeedStep
  /** The sink has taken, or was told that it misses, everything before offset `to`. */
  advance(to: number): void
}

/** One piece for a sink: what a pipe takes at a time. The only memory of a tee that reads the log. */
export const TEE_PIECE_BYTES = 64 * 1024
