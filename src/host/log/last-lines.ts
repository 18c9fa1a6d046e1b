/** Where the last lines of a stream begin (`tail:N`), found by reading backwards, at most a bounded number of bytes. */

/** Ten thousand lines of 400 bytes; beyond that a tail starts in the middle rather than take long to begin. */
export const TAIL_SEARCH_LIMIT_BYTES = 4 * 1024 * 1024

/** Read in pieces of this size. */
export const TAIL_PIECE_BYTES = 64 * 1024

const LINE_FEED = 0x0a

/**
 * Counts lines from the end of a stream, fed with its pieces from the last to the first. An unterminated last line
 * counts as a line, as `tail` has it.
 */
export class LastLines {
  #missing: number
  #atEnd = true

  constructor(lines: number) {
    this.#missing = lines
  }

  /** The index in `piece` at which the wanted lines begin, or undefined when they begin before it. */
  startIn(piece: Uint8Array): number | undefined {
    if (this.#missing === 0) return piece.byteLength
    let at = piece.byteLength
    if (this.#atEnd && at > 0) {
      this.#atEnd = false
      // The line feed at the very end closes the last line; it does not begin another.
      if (piece[at - 1] === LINE_FEED) at -= 1
    }
    while (at > 0) {
      at = piece.lastIndexOf(LINE_FEED, at - 1)
      if (at < 0) return undefined
      this.#missing -= 1
      if (this.#missing === 0) return at + 1
    }
    return undefined
  }
}

/** The part of a stream log that a search needs. */
export interface SearchedLog {
  readonly end: number
  extent(): { readonly start: number }
  read(from: number, into: Uint8Array): { readonly kind: string; readonly bytes?: number; readonly to?: number }
}

/** The offset at which the last `lines` lines of the log begin. */
export function lastLinesStart(log: SearchedLog, lines: number): number {
  const search = new LastLines(lines)
  const floor = Math.max(log.extent().start, log.end - TAIL_SEARCH_LIMIT_BYTES)
  const piece = Buffer.allocUnsafe(TAIL_PIECE_BYTES)
  let to = log.end
  while (to > floor) {
    const from = Math.max(floor, to - TAIL_PIECE_BYTES)
    const missingAt = fill(log, from, piece.subarray(0, to - from))
    if (missingAt !== undefined) return missingAt
    const start = search.startIn(piece.subarray(0, to - from))
    if (start !== undefined) return from + start
    to = from
  }
  return lines === 0 ? log.end : floor
}

/** Fills `into` from offset `from` on; returns where the log goes on after a gap, if there is one in between. */
function fill(log: SearchedLog, from: number, into: Uint8Array): number | undefined {
  let filled = 0
  while (filled < into.byteLength) {
    const read = log.read(from + filled, into.subarray(filled))
    if (read.kind === 'gap') return read.to
    if (read.bytes === undefined) return from + filled
    filled += read.bytes
  }
  return undefined
}
