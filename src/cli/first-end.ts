/** The first of several things that may end something. Pure. */
export class FirstEnd<T> {
  /** Settles with the first end, or rejects with the first failure. */
  readonly reached: Promise<T>
  #current: T | undefined
  #resolve: (end: T) => void = () => {}
  #reject: (error: unknown) => void = () => {}

  constructor() {
    this.reached = new Promise<T>((resolve, reject) => {
      this.#resolve = resolve
      this.#reject = reject
    })
    // It may fail before anybody waits for it; whoever does is still told.
    this.reached.catch(() => {})
  }

  get current(): T | undefined {
    return this.#current
  }

  /** Later ones are without effect. */
  set(end: T): void {
    this.#current ??= end
    this.#resolve(end)
  }

  fail(error: unknown): void {
    this.#reject(error)
  }
}
