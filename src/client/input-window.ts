/**
 * Input on its way to a session: at most a window of it is sent and not yet taken by the child's side. So a child that
 * does not read holds back the writer and nobody else, and what was accepted is known to the byte.
 */
import * as v from 'valibot'
import { decodeJsonPayload, FRAME, type Frame } from '../api/frames.js'
import type { HostChannel } from '../api/host-channel.js'
import { Accepted } from '../api/host-protocol.js'
import { PerchError } from '../platform/perch-error.js'

/** Sent and not accepted. More than a PTY or a pipe holds (64 KiB), so that a reading child never waits for a round trip. */
const WINDOW_BYTES = 256 * 1024
/** One frame: small enough that a request sent after it is answered soon. */
const PIECE_BYTES = 32 * 1024

export class InputWindow {
  readonly #channel: Pick<HostChannel, 'send'>
  #sent = 0
  #accepted = 0
  #problem: PerchError | undefined
  #turn: Promise<unknown> = Promise.resolve()
  readonly #waiting = new Set<() => void>()

  constructor(channel: Pick<HostChannel, 'send'>) {
    this.#channel = channel
  }

  /** Bytes that the child's side took so far. */
  get accepted(): number {
    return this.#accepted
  }

  /**
   * Sends in order; resolves when all of it is in the window, which may be before the child took it.
   * @throws PerchError `stream-closed` or what else the host says, `host-lost`; the signal's reason when aborted
   */
  write(bytes: Uint8Array, signal?: AbortSignal): Promise<void> {
    return this.#inTurn(async () => {
      for (let at = 0; at < bytes.byteLength; at += PIECE_BYTES) {
        const piece = bytes.subarray(at, at + PIECE_BYTES)
        await this.#until(() => this.#sent - this.#accepted + piece.byteLength <= WINDOW_BYTES, signal)
        this.#sent += piece.byteLength
        await this.#channel.send(FRAME.input, piece)
      }
    })
  }

  /** No more input: closes stdin (pipe) or types the EOF character (PTY), after what was written before. */
  end(): Promise<void> {
    return this.#inTurn(() => this.#channel.send(FRAME.inputEnd, new Uint8Array(0)))
  }

  /** Resolves with the count once everything written so far was taken. Throws as `write` does. */
  async settled(signal?: AbortSignal): Promise<number> {
    await this.#turn.catch(() => {})
    await this.#until(() => this.#accepted >= this.#sent, signal)
    return this.#accepted
  }

  /** An `accepted` frame of the host. */
  acknowledge(frame: Frame): void {
    const { bytes, problem } = v.parse(Accepted, decodeJsonPayload(frame))
    this.#accepted = bytes
    if (problem) this.fail(new PerchError(problem.code, problem.message, { hint: problem.hint ?? undefined }))
    this.#wake()
  }

  /** Nothing more will be taken: whoever waits is told why. */
  fail(problem: PerchError): void {
    this.#problem ??= problem
    this.#wake()
  }

  #inTurn(task: () => Promise<void>): Promise<void> {
    const turn = this.#turn.catch(() => {}).then(task)
    this.#turn = turn
    // The caller gets `turn`; the chain must not count as unhandled when the caller let go of it.
    turn.catch(() => {})
    return turn
  }

  async #until(condition: () => boolean, signal: AbortSignal | undefined): Promise<void> {
    while (!condition()) {
      if (this.#problem) throw this.#problem
      signal?.throwIfAborted()
      await new Promise<void>((resolve) => {
        const wake = () => {
          this.#waiting.delete(wake)
          signal?.removeEventListener('abort', wake)
          resolve()
        }
        this.#waiting.add(wake)
        signal?.addEventListener('abort', wake)
      })
    }
    if (this.#problem) throw this.#problem
  }

  #wake(): void {
    for (const wake of [...this.#waiting]) wake()
  }
}
