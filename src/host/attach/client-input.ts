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
/** What a waiting frame takes besides its bytes: a million empty ones must not cost more than one large one. */
const WAITING_FRAME_BYTES = 512

export class ClientInput {
  readonly #process: Pick<OwnedProcess, 'writeAtOnce' | 'write' | 'endInput'>
  readonly #reply: (accepted: Accepted) => void
  readonly #leave = new AbortController()
  /** What was sent since the last cancelling. */
  #sent = new AbortController()
  #refusal: PerchError | undefined
  #accepted = 0
  #waiting = 0
  #queue: Promise<void> = Promise.resolve()

  constructor(process: Pick<OwnedProcess, 'writeAtOnce' | 'write' | 'endInput'>, reply: (accepted: Accepted) => void) {
    this.#process = process
    this.#reply = reply
  }

  /** Memory that what the child has not taken yet costs. */
  get waitingBytes(): number {
    return this.#waiting
  }

  get isRefused(): boolean {
    return this.#refusal !== undefined
  }

  /** From now on input is answered with this error: its sender watches only, or was taken over from. */
  refuse(reason: PerchError | undefined): void {
    this.#refusal = reason
  }

  /** Writes bytes; those that have to wait are copied. */
  write(bytes: Uint8Array): void {
    // A key is with the program, and has cost no promise, before anything else is done.
    const taken = this.#waiting === 0 && !this.#refusal ? this.#process.writeAtOnce(bytes) : 0
    this.#accepted += taken
    if (taken > 0 && taken === bytes.byteLength) this.#reply({ bytes: this.#accepted })
    else this.#writeLater(Buffer.from(bytes.subarray(taken)))
  }

  #writeLater(copy: Uint8Array): void {
    this.#enqueue(copy.byteLength, async (signal) => {
      this.#accepted += await this.#process.write(copy, signal)
    })
  }

  /** No more input: closes the child's stdin, or types the EOF character. */
  end(): void {
    this.#enqueue(0, () => this.#process.endInput())
  }

  /** Leaves out what the child has not taken yet, also an end of the input. Resolves with the bytes that it took in all. */
  async cancel(): Promise<number> {
    this.#sent.abort()
    this.#sent = new AbortController()
    await this.#queue
    return this.#accepted
  }

  /** The client is gone: what the child has not taken yet is left out. */
  close(): void {
    this.#leave.abort()
    this.#sent.abort()
  }

  #enqueue(bytes: number, step: (signal: AbortSignal) => Promise<unknown>): void {
    const refusal = this.#refusal
    const { signal } = this.#sent
    const cost = WAITING_FRAME_BYTES + bytes
    this.#waiting += cost
    this.#queue = this.#queue.then(async () => {
      const problem = await this.#attempt(refusal, signal, step)
      this.#waiting -= cost
      if (!this.#leave.signal.aborted) this.#reply({ bytes: this.#accepted, ...(problem && { problem }) })
    })
  }

  async #attempt(
    refusal: PerchError | undefined,
    signal: AbortSignal,
    step: (signal: AbortSignal) => Promise<unknown>,
  ): Promise<Accepted['problem']> {
    try {
      if (refusal) throw refusal
      if (!signal.aborted) await step(signal)
      return undefined
    } catch (error) {
      return wireError(error)
    }
  }
}

/** What a viewer's input is answered with. */
export function viewersDoNotType(): PerchError {
  return new PerchError('bad-request', 'a viewer cannot type', { hint: 'Attach without --view.' })
}
