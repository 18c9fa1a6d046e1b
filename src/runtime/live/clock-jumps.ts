/**
 * Notices that the clock was set, or that the machine slept: times of files from before and after mean nothing to each other
 * then, and what happened meanwhile may not have been told.
 */

/** More than any adjustment of a clock that is kept right. */
const JUMP_MS = 2_000

export class ClockJumps {
  #offsetMs = offsetMs()

  /** Whether it jumped since the last time that this was asked. */
  haveHappened(): boolean {
    const before = this.#offsetMs
    this.#offsetMs = offsetMs()
    return Math.abs(this.#offsetMs - before) > JUMP_MS
  }
}

function offsetMs(): number {
  return Date.now() - performance.now()
}
