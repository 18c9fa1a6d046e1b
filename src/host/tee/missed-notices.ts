/**
 * Tells how many bytes a tee has missed: at once the first time, then after each change but at most once a second, and the
 * final count at the end. A flood into a full disk must not become a flood of events. Holds a timer only while it owes a word.
 */

const INTERVAL_MS = 1_000

export class MissedNotices {
  readonly #tell: (missed: number) => void
  #count = 0
  #told = 0
  #toldAtMs = Number.NEGATIVE_INFINITY
  #timer: NodeJS.Timeout | undefined

  constructor(tell: (missed: number) => void) {
    this.#tell = tell
  }

  /** So many bytes are missing by now. Hot. */
  noted(missed: number): void {
    this.#count = missed
    if (missed === this.#told || this.#timer) return
    const waitMs = this.#toldAtMs + INTERVAL_MS - performance.now()
    if (waitMs <= 0) this.#flush()
    else this.#timer = setTimeout(() => this.#flush(), waitMs)
  }

  /** No more will be missed than what was noted. */
  close(): void {
    this.#flush()
  }

  #flush(): void {
    clearTimeout(this.#timer)
    this.#timer = undefined
    if (this.#count === this.#told) return
    this.#told = this.#count
    this.#toldAtMs = performance.now()
    this.#tell(this.#count)
  }
}
