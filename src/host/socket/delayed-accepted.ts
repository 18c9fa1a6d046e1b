/**
 * Tells a client how much of its input was taken, no sooner than it matters (a delayed acknowledgement, RFC 1122, 4.2.3.2): a
 * frame as soon as a key was taken would wake the client for nothing, just as the echo comes. It holds one number and one
 * timer; how much was taken, and whether output is to be expected, its owner knows.
 */
import type { Accepted } from '../../api/host-protocol.js'

/** Most programs answer a key sooner; nobody who leaves after the last key notices having waited so long. */
const DELAY_MS = 5
/** A quarter of what a client sends without being told (`input-window.ts`): a paste never waits for the timer. */
const UNTOLD_LIMIT_BYTES = 64 * 1024

export class DelayedAccepted {
  readonly #send: (accepted: Accepted) => void
  #held: Accepted | undefined
  #toldBytes = 0
  #timer: NodeJS.Timeout | undefined

  constructor(send: (accepted: Accepted) => void) {
    this.#send = send
  }

  /** More was taken. With `mayWait` it is told behind the next output, or soon. */
  note(accepted: Accepted, mayWait: boolean): void {
    this.#held = accepted
    const isUrgent = accepted.problem !== undefined || accepted.bytes - this.#toldBytes >= UNTOLD_LIMIT_BYTES
    if (isUrgent || !mayWait) this.tell()
    else this.#timer ??= setTimeout(() => this.#expire(), DELAY_MS)
  }

  /** Tells what is held: output has just left, and the client is about to wake anyway. Hot. */
  tell(): void {
    const accepted = this.#held
    if (accepted === undefined) return
    this.#held = undefined
    this.#toldBytes = accepted.bytes
    this.#send(accepted)
  }

  /** The client is gone. */
  close(): void {
    this.#held = undefined
    clearTimeout(this.#timer)
  }

  // Not cleared by `tell`: libuv would wake for it all the same, and the next key would have to make it anew.
  #expire(): void {
    this.#timer = undefined
    this.tell()
  }
}
