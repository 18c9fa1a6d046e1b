/** Looks in an output for what a program asks its terminal, as long as nobody keeps a screen who would notice. */
import { isQuery } from '../../screen/queries.js'
import { SequenceScanner } from '../../screen/sequence-scanner.js'
import type { StreamLog } from '../log/stream-log.js'

const PIECE_BYTES = 64 * 1024

export class QuestionWatch {
  readonly #log: StreamLog
  /** The next byte to look at. */
  #position = 0
  #isAsked = false
  readonly #scanner = new SequenceScanner((kind, bytes) => {
    if (isQuery(kind, bytes)) this.#isAsked = true
  })

  constructor(log: StreamLog) {
    this.#log = log
  }

  get position(): number {
    return this.#position
  }

  /** Whether anything was asked before `position`. */
  get isAsked(): boolean {
    return this.#isAsked
  }

  /** Goes on to the end of what there is, or to the first question. */
  look(): void {
    const piece = Buffer.allocUnsafe(PIECE_BYTES)
    while (this.#position < this.#log.end && !this.#isAsked) {
      const read = this.#log.read(this.#position, piece)
      if (read.kind === 'gap') this.#position = read.to
      if (read.kind !== 'data') continue
      this.#scanner.push(piece.subarray(0, read.bytes))
      this.#position += read.bytes
    }
  }
}
