/**
 * The feed of `drop-oldest` and `block`: a reader of the log with its own offset. What it keeps is what the log keeps, in
 * memory and on the disk; what was evicted before the sink had it is missing.
 */
import type { LogRead } from '../log/stream-log.js'
import { type FeedStep, TEE_PIECE_BYTES, type TeeFeed } from './tee-feed.js'
import type { TeeSource } from './tee-source.js'

export class LogFeed implements TeeFeed {
  readonly #source: Pick<TeeSource, 'start' | 'read'>
  #offset: number
  /** The piece that is being offered, or comes after the gap: `#pieceFrom` to `#pieceTo`. Safe here, whatever the log does. */
  #piece: Buffer | undefined
  #pieceFrom: number
  #pieceTo: number

  constructor(source: Pick<TeeSource, 'start' | 'read'>, offset: number) {
    this.#source = source
    this.#offset = offset
    this.#pieceFrom = offset
    this.#pieceTo = offset
  }

  get offset(): number {
    return this.#offset
  }

  get missing(): number {
    return this.missingBefore(Number.POSITIVE_INFINITY)
  }

  /** Of the bytes before `limit`, how many are known to be missing. */
  missingBefore(limit: number): number {
    const beforePiece = Math.max(0, Math.min(this.#pieceFrom, limit) - this.#offset)
    return beforePiece + Math.max(0, Math.min(this.#source.start, limit) - Math.max(this.#offset, this.#pieceTo))
  }

  arrived(): void {}

  next(until: number): FeedStep {
    const offset = this.#offset
    if (offset >= until) return { kind: 'end' }
    this.#piece ??= Buffer.allocUnsafeSlow(TEE_PIECE_BYTES)
    if (offset >= this.#pieceTo) {
      const read = this.#source.read(offset, this.#piece)
      if (read.kind === 'wait' || read.kind === 'end') return { kind: read.kind }
      // What comes after a gap is taken out of the log now: by the time that the mark is written it may be gone as well, and
      // a sink that is slower than a flood would get nothing but marks.
      this.#pieceFrom = read.kind === 'gap' ? read.to : offset
      this.#pieceTo = this.#pieceFrom + bytesOf(read.kind === 'gap' ? this.#source.read(read.to, this.#piece) : read)
    }
    if (offset < this.#pieceFrom) return { kind: 'missed', from: offset, to: Math.min(this.#pieceFrom, until) }
    const to = Math.min(this.#pieceTo, until)
    return { kind: 'data', offset, bytes: this.#piece.subarray(offset - this.#pieceFrom, to - this.#pieceFrom) }
  }

  advance(to: number): void {
    this.#offset = to
  }
}

function bytesOf(read: LogRead): number {
  return read.kind === 'data' ? read.bytes : 0
}
