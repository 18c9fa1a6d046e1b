/** Brings an output to the model of its terminal: each byte once, under the size that the terminal had, and with its answers. */
import type { ScreenThread } from '../../screen/thread/screen-thread.js'
import type { StreamLog } from '../log/stream-log.js'
import type { SizeHistory } from './size-history.js'
import type { WhoAnswers } from './who-answers.js'

export interface ModelFeedOptions {
  readonly log: StreamLog
  readonly sizes: SizeHistory
  readonly who: WhoAnswers
  /** Types what a terminal would have answered. */
  readonly answer: (text: string) => void
}

/** The library takes 70 MB/s in such pieces, and 26 in small ones. */
const PIECE_BYTES = 1024 * 1024

export class ModelFeed {
  readonly thread: ScreenThread
  readonly #options: ModelFeedOptions
  /** The next byte to feed. */
  #position: number
  /** Of a sequence that has only begun. */
  #pendingBytes = 0
  #isUpdating = false
  #buffer: ArrayBuffer | undefined

  /** For a model that has had nothing, from this offset on. */
  constructor(thread: ScreenThread, from: number, options: ModelFeedOptions) {
    this.thread = thread
    this.#position = from
    this.#options = options
  }

  get position(): number {
    return this.#position
  }

  /** The first byte that the screen does not contain. */
  get shownEnd(): number {
    return this.#position - this.#pendingBytes
  }

  /** In the middle of an update that the program wants to be seen as one. */
  get isUpdating(): boolean {
    return this.#isUpdating
  }

  /** Everything that there is at this moment. */
  async feed(): Promise<void> {
    const { end } = this.#options.log
    while (this.#position < end) await this.#feedPiece(end)
    this.#applySizes()
  }

  async #feedPiece(end: number): Promise<void> {
    const { log, sizes, who, answer } = this.#options
    this.#applySizes()
    const position = this.#position
    const bound = Math.min(end, sizes.endAt(position), who.endAt(position), position + PIECE_BYTES)
    const buffer = this.#buffer ?? new ArrayBuffer(PIECE_BYTES)
    this.#buffer = buffer
    const read = log.read(position, new Uint8Array(buffer, 0, bound - position))
    if (read.kind === 'gap') this.#position = read.to
    if (read.kind !== 'data') return
    this.#position += read.bytes
    this.#buffer = undefined
    const fed = await this.thread.feed(buffer, read.bytes, who.at(position) === 'model')
    // Of an output that comes in small pieces none is kept between them.
    if (this.#position < end) this.#buffer = fed.buffer
    this.#pendingBytes = fed.pendingBytes
    this.#isUpdating = fed.isUpdating
    if (fed.answer !== '') answer(fed.answer)
    who.answered(this.shownEnd)
  }

  /** Those that the terminal has had by the next byte: the last one counts. */
  #applySizes(): void {
    const size = this.#options.sizes.takeUntil(this.#position)
    if (size) this.thread.resize(size)
  }
}
