/**
 * When what was said of a session's status is no longer true. Whoever asked for the status may ask to be told once, at the
 * next change of anything in it: a hundred idle sessions then need not be asked again, and a busy one pays for one event
 * each time somebody looks.
 */
export class StatusChanges {
  readonly #waiting = new Set<() => void>()

  /** Calls `listener` at the next change, once. Returns the way to stop that. */
  once(listener: () => void): () => void {
    this.#waiting.add(listener)
    return () => this.#waiting.delete(listener)
  }

  /**
   * Something in the status changes in this turn of the event loop. To be called before anybody else is told of it: who
   * hears of a change and then asks the daemon must find it there. Hot: every piece of output passes here.
   */
  note(): void {
    if (this.#waiting.size === 0) return
    const waiting = [...this.#waiting]
    this.#waiting.clear()
    for (const listener of waiting) listener()
  }
}
