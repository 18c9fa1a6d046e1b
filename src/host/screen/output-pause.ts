/** Notices when an output pauses, at the price of one timer for all of a flood. */

export class OutputPause {
  readonly #pauseMs: number
  readonly #onPause: () => void
  #lastOutputMs = 0
  #timer: NodeJS.Timeout | undefined

  constructor(pauseMs: number, onPause: () => void) {
    this.#pauseMs = pauseMs
    this.#onPause = onPause
  }

  /** Something was written. Hot. */
  output(): void {
    this.#lastOutputMs = performance.now()
    this.#timer ??= setTimeout(() => this.#look(), this.#pauseMs)
  }

  close(): void {
    clearTimeout(this.#timer)
  }

  #look(): void {
    const missingMs = this.#pauseMs - (performance.now() - this.#lastOutputMs)
    this.#timer = missingMs > 1 ? setTimeout(() => this.#look(), missingMs) : undefined
    if (this.#timer === undefined) this.#onPause()
  }
}
