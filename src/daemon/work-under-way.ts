/**
 * What the daemon must not be cut off in the middle of. It owns none of that work: it only knows when nothing of it is
 * left, so that the daemon can end between two pieces of it.
 */

export class WorkUnderWay {
  readonly #pieces = new Set<Promise<unknown>>()

  /** Counts `piece` as under way until it settles; returns it. */
  track<T>(piece: Promise<T>): Promise<T> {
    this.#pieces.add(piece)
    const done = () => this.#pieces.delete(piece)
    piece.then(done, done)
    return piece
  }

  /** Resolves when nothing is under way any more, with true; after `boundMs` in any case, then with false. */
  async idle(boundMs: number): Promise<boolean> {
    let timer: NodeJS.Timeout | undefined
    const late = new Promise<false>((resolve) => {
      timer = setTimeout(() => resolve(false), boundMs)
    })
    try {
      return await Promise.race([this.#settled(), late])
    } finally {
      clearTimeout(timer)
    }
  }

  /** One piece may begin another, as the end of a session begins the release of its runtime. */
  async #settled(): Promise<true> {
    while (this.#pieces.size > 0) await Promise.allSettled(this.#pieces)
    return true
  }
}
