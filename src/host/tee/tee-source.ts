/** What a tee follows: a stream's log, or the input of the session, which keeps none but for its tees. */
import type { LogRead, StreamLog } from '../log/stream-log.js'

export interface TeeSource {
  /** Offset of the oldest byte that can still be read. */
  readonly start: number
  /** Offset after the last byte. */
  readonly end: number
  /** What a reader at offset `from` gets next; bytes are copied into `into`. */
  read(from: number, into: Uint8Array): LogRead
  /** Calls `wake` when there are new bytes, and at the end. Returns the way to stop that. */
  follow(wake: () => void): () => void
}

/** An output stream of the session. */
export class LogSource implements TeeSource {
  readonly #log: Pick<StreamLog, 'end' | 'extent' | 'read' | 'follow'>

  constructor(log: Pick<StreamLog, 'end' | 'extent' | 'read' | 'follow'>) {
    this.#log = log
  }

  get start(): number {
    return this.#log.extent().start
  }

  get end(): number {
    return this.#log.end
  }

  read(from: number, into: Uint8Array): LogRead {
    return this.#log.read(from, into)
  }

  follow(wake: () => void): () => void {
    return this.#log.follow(wake)
  }
}
