/**
 * Something that is asked again when it may have changed: at once, but never twice at a time and never sooner than a while after
 * the last time. Nothing is asked, and no timer runs, while nothing changes.
 */

export interface PacedCallsOptions {
  /** Asks. Must not throw. */
  readonly ask: () => Promise<void>
  /** From the end of one asking, which took so long, to the beginning of the next. */
  readonly pauseMs: (tookMs: number) => number
}

export class PacedCalls {
  readonly #options: PacedCallsOptions
  #isWanted = false
  #isBusy = false
  #notBeforeMs = 0
  #timer: NodeJS.Timeout | undefined
  #isClosed = false

  constructor(options: PacedCallsOptions) {
    this.#options = options
  }

  /** It may have changed. */
  want(): void {
    this.#isWanted = true
    this.#next()
  }

  close(): void {
    this.#isClosed = true
    clearTimeout(this.#timer)
  }

  #next(): void {
    if (this.#isClosed || !this.#isWanted || this.#isBusy || this.#timer !== undefined) return
    const leftMs = this.#notBeforeMs - performance.now()
    if (leftMs <= 0) void this.#ask()
    else {
      this.#timer = setTimeout(() => {
        this.#timer = undefined
        void this.#ask()
      }, leftMs)
    }
  }

  async #ask(): Promise<void> {
    this.#isWanted = false
    this.#isBusy = true
    const begunMs = performance.now()
    await this.#options.ask()
    const endedMs = performance.now()
    this.#notBeforeMs = endedMs + this.#options.pauseMs(endedMs - begunMs)
    this.#isBusy = false
    this.#next()
  }
}
