/**
 * The input of one connection: written in order, with the bytes that the child's side took told as they are taken. It
 * owns nothing of the process; what is still waiting when the client goes is not written.
 */
import type { Accepted } from '../../api/host-protocol.js'
import { PerchError } from '../../platform/perch-error.js'
import type { OwnedProcess } from '../../platform/process/owned-process.js'
import { wireError } from '../socket/wire-error.js'

/** More than a client may have under way by itself (256 KiB); one that sends on regardless is not read for a while. */
export const WAITING_INPUT_LIMIT_BYTES = 1024 * 1024

export class ClientInput {
  readonly #process: Pick<OwnedProcess, 'write' | 'endInput'>
  readonly #reply: (accepted: Accepted) => void
  readonly #leave = new AbortController()
  #refusal: PerchError | undefined
  #accepted = 0
  #waiting = 0
  #queue: Promise<void> = Promise.resolve()

  constructor(process: Pick<OwnedProcess, 'write' | 'endInput'>, reply: (accepted: Accepted) => void) {
    this.#process = process
    this.#reply = reply
  }

  /** Bytes that the child has not taken yet. */
  get waitingBytes(): number {
    return this.#waiting
  }

  /** From now on input is answered with this error: its sender watches only, or was taken over from. */
  refuse(reason: PerchError | undefined): void {
    this.#refusal = reason
  }

  /** Writes bytes, which are copied. */
  write(bytes: Uint8Array): void {
    const copy = Buffer.from(bytes)
    this.#waiting += copy.byteLength
    this.#enqueue(async () => {
      try {
        this.#accepted += await this.#process.write(copy, this.#leave.signal)
      } finally {
        this.#waiting -= copy.byteLength
      }
    })
  }

  /** No more input: closes the child's stdin, or types the EOF character. */
  end(): void {
    this.#enqueue(() => this.#process.endInput())
  }

  /** The client is gone: what the child has not taken yet is left out. */
  close(): void {
    this.#leave.abort()
  }

  #enqueue(step: () => Promise<unknown>): void {
    const refusal = this.#refusal
    this.#queue = this.#queue.then(async () => {
      try {
        if (refusal) throw refusal
        if (!this.#leave.signal.aborted) await step()
        this.#reply({ bytes: this.#accepted })
      } catch (error) {
        if (!this.#leave.signal.aborted) this.#reply({ bytes: this.#accepted, problem: wireError(error) })
      }
    })
  }
}

/** What a viewer's input is answered with. */
export function viewersDoNotType(): PerchError {
  return new PerchError('bad-request', 'a viewer cannot type', { hint: 'Attach without --view.' })
}
