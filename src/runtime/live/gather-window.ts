/**
 * Gathers a burst of marks into one piece of work: it begins a fixed time after the first of them, so that a folder that is
 * written all the time is still looked at, and never runs twice at once.
 */
export class GatherWindow {
  readonly #windowMs: number
  readonly #work: () => Promise<void>
  #timer: NodeJS.Timeout | undefined
  #isRunning = false
  #isWanted = false
  #isClosed = false

  /** `work` does not throw. */
  constructor(windowMs: number, work: () => Promise<void>) {
    this.#windowMs = windowMs
    this.#work = work
  }

  /** There is something to do. */
  open(): void {
    if (this.#isClosed || this.#timer) return
    if (this.#isRunning) this.#isWanted = true
    else this.#timer = setTimeout(() => void this.#run(), this.#windowMs)
  }

  close(): void {
    this.#isClosed = true
    clearTimeout(this.#timer)
  }

  async #run(): Promise<void> {
    this.#timer = undefined
    this.#isRunning = true
    this.#isWanted = false
    await this.#work()
    this.#isRunning = false
    if (this.#isWanted) this.open()
  }
}
