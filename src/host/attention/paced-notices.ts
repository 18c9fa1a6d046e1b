/**
 * When changes are told: at once as long as they are few. Of a program that changes its mind a thousand times a second the last
 * word is told once a second, so that the history of a session has room for something else.
 */

/** A turn with a question in it, told without a delay. */
const BURST = 6
/** How long it takes until one more may be told at once. */
const PACE_MS = 1_000

export class PacedNotices {
  readonly #tell: () => void
  #credit = BURST
  #creditedMs = 0
  #timer: NodeJS.Timeout | undefined

  /** `tell` tells what there is to tell by then. */
  constructor(tell: () => void) {
    this.#tell = tell
  }

  /** There is something new to tell. */
  note(): void {
    if (this.#timer !== undefined) return
    const nowMs = performance.now()
    const earned = Math.floor((nowMs - this.#creditedMs) / PACE_MS)
    this.#credit = Math.min(BURST, this.#credit + earned)
    this.#creditedMs = this.#credit === BURST ? nowMs : this.#creditedMs + earned * PACE_MS
    if (this.#credit > 0) this.#spend()
    else this.#timer = setTimeout(() => this.#late(), PACE_MS).unref()
  }

  /** What waits to be told is not told any more. */
  close(): void {
    clearTimeout(this.#timer)
  }

  #late(): void {
    this.#timer = undefined
    this.#creditedMs = performance.now()
    this.#tell()
  }

  #spend(): void {
    this.#credit -= 1
    this.#tell()
  }
}
