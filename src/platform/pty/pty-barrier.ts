/**
 * Gets the mark of `pty-mark.ts` into a terminal that may be full or stopped, without ever blocking. It owns the retry
 * and the bound; the descriptors belong to `pty-process.ts`, which also reads the mark back.
 */
import { writeSync } from 'node:fs'
import { errnoOf } from '../perch-error.js'
import type { TerminalPair } from './pty-native.js'

/** From the child's exit to the mark's return: 1 ms when nothing is in the way. After this the end is found without it. */
const BOUND_MS = 1_000
/** Output that is still being read makes room within such a step. */
const RETRY_MS = 2
/** Steps without anything read after which the output counts as stopped (Ctrl-S), not as full. */
const QUIET_RETRIES = 10
/** Ctrl-Q: starts stopped output again. The terminal takes it as a command, not as input, while IXON is set. */
const XON = new Uint8Array([0x11])

export class EndBarrier {
  readonly #pair: TerminalPair
  readonly #mark: Uint8Array
  readonly #bound: NodeJS.Timeout
  #retry: NodeJS.Timeout | undefined
  #quiet = 0
  #written = 0

  /** Begins at once. `onFailed` is called at most once: the terminal is gone, or the bound passed. */
  constructor(pair: TerminalPair, mark: Uint8Array, onFailed: () => void) {
    this.#pair = pair
    this.#mark = mark
    const fail = () => {
      this.stop()
      onFailed()
    }
    this.#bound = setTimeout(fail, BOUND_MS)
    this.#attempt(fail)
  }

  /** How much of the mark the terminal took. */
  get written(): number {
    return this.#written
  }

  /** Output was read: the terminal is not stopped. */
  noteRead(): void {
    this.#quiet = 0
  }

  stop(): void {
    clearTimeout(this.#bound)
    clearTimeout(this.#retry)
  }

  #attempt(fail: () => void): void {
    try {
      this.#written += writeSync(this.#pair.slave, this.#mark, this.#written)
    } catch (error) {
      // EIO: the system took the terminal away with its session leader (macOS and the BSDs revoke it). Not from within
      // the constructor: the owner does not have the barrier yet.
      if (errnoOf(error) !== 'EAGAIN') {
        setImmediate(fail)
        return
      }
    }
    if (this.#written === this.#mark.byteLength) return
    this.#quiet += 1
    if (this.#quiet > QUIET_RETRIES) this.#startOutput()
    this.#retry = setTimeout(() => this.#attempt(fail), RETRY_MS)
  }

  #startOutput(): void {
    this.#quiet = 0
    try {
      writeSync(this.#pair.master, XON)
    } catch {
      // Its input is full as well, or it is gone: the next round tries again, and the bound ends it.
    }
  }
}
