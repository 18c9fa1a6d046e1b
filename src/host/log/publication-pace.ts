/**
 * How soon readers are told of what the child wrote: at once while it writes little, a moment later when much is coming. Pure:
 * the clock and the timer are its owner's.
 */

/**
 * What comes behind much output waits this long for more: a PTY is read in pieces of 4 KiB or less, and 12,000 small writes to
 * a client took six times as long as 800 large ones. Too short for a person to notice.
 */
export const BATCH_MS = 2
/** An echo, what the program draws for it, and the prompt behind that: none of them waits for the one before. */
const PROMPT_PUBLICATIONS = 4
/** One read of a full terminal. Whoever writes as much within a moment goes on writing. */
const PROMPT_BYTES = 4 * 1024

export class PublicationPace {
  #windowMs = Number.NEGATIVE_INFINITY
  #publications = 0
  #bytes = 0

  /** Whether what has come is to be published at once. */
  isPrompt(nowMs: number): boolean {
    if (nowMs - this.#windowMs >= BATCH_MS) return true
    return this.#publications < PROMPT_PUBLICATIONS && this.#bytes < PROMPT_BYTES
  }

  /** So many bytes were published. */
  note(nowMs: number, bytes: number): void {
    if (nowMs - this.#windowMs >= BATCH_MS) {
      this.#windowMs = nowMs
      this.#publications = 0
      this.#bytes = 0
    }
    this.#publications += 1
    this.#bytes += bytes
  }
}
