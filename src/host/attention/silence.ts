/** Notices that nothing was written for a while, at the price of one timer for all of a flood, and of none after it. */

export class Silence {
  readonly #onSilence: () => void
  #lastOutputMs = 0
  #quietMs = 0
  #timer: NodeJS.Timeout | undefined

  constructor(onSilence: () => void) {
    this.#onSilence = onSilence
  }

  /** Something was written; a silence of `quietMs` from now on is one. Hot. */
  broken(quietMs: number): void {
    this.#lastOutputMs = performance.now()
    this.#quietMs = quietMs
    if (this.#timer === undefined) this.#arm(quietMs)
  }

  close(): void {
    clearTimeout(this.#timer)
    this.#timer = undefined
  }

  #arm(ms: number): void {
    // A program that owns a session is not kept alive by it.
    this.#timer = setTimeout(() => this.#look(), ms).unref()
  }

  #look(): void {
    this.#timer = undefined
    const missingMs = this.#quietMs - (performance.now() - this.#lastOutputMs)
    if (missingMs > 1) this.#arm(missingMs)
    else this.#onSilence()
  }
}
