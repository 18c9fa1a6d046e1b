/**
 * Input on its way to a session: at most a window of it is sent and not yet taken by the child's side. So a child that
 * does not read holds back the writer and nobody else, and what was accepted is known to the byte.
 */
import { decodeJsonPayload, FRAME, type Frame } from '../api/frames.js'
import type { HostChannel } from '../api/host-channel.js'
import { onAbort } from '../platform/on-abort.js'
import { PerchError } from '../platform/perch-error.js'

/** Sent and not accepted. More than a PTY or a pipe holds (64 KiB), so that a reading child never waits for a round trip. */
const WINDOW_BYTES = 256 * 1024
/** One frame: small enough that a request sent after it is answered soon. */
const PIECE_BYTES = 32 * 1024

export class InputWindow {
  readonly #channel: Pick<HostChannel, 'send' | 'check'>
  #sent = 0
  #accepted = 0
  /** Of the host; each frame of input gets one, when it was dealt with. */
  #answers = 0
  #problem: PerchError | undefined
  #tellFailure: (problem: PerchError) => void = () => {}
  #turn: Promise<unknown> = Promise.resolve()
  /** Writes and ends that are not through. */
  #turns = 0
  readonly #waiting = new Set<() => void>()

  /** Resolves when nothing more will be taken, with the reason; else never. */
  readonly failure = new Promise<PerchError>((resolve) => {
    this.#tellFailure = resolve
  })

  constructor(channel: Pick<HostChannel, 'send' | 'check'>) {
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
    return this.#mayGoAtOnce(bytes, signal)
      ? this.#send(bytes)
      : this.#inTurn(async () => {
          for (let at = 0; at < bytes.byteLength; at += PIECE_BYTES) {
            const piece = bytes.subarray(at, at + PIECE_BYTES)
            await this.#until(() => this.#hasRoom(piece.byteLength), signal)
            await this.#send(piece)
          }
        })
  }

  /** No more input: closes stdin (pipe) or types the EOF character (PTY), after what was written before. */
  end(): Promise<void> {
    return this.#inTurn(() => this.#channel.send(FRAME.inputEnd, new Uint8Array(0)))
  }

  /**
   * Ends the input after everything that was written, and resolves with the count once the host has done that. Not to be
   * used with further writes. Throws as `write` does.
   */
  async finish(signal?: AbortSignal): Promise<number> {
    await this.settled(signal)
    // Nothing else is under way, so the next answer is the one to this.
    const before = this.#answers
    await this.end()
    await this.#until(() => this.#answers > before, signal)
    return this.#accepted
  }

  /** Resolves with the count once everything written so far was taken. Throws as `write` does. */
  async settled(signal?: AbortSignal): Promise<number> {
    await this.#turn.catch(() => {})
    await this.#until(() => this.#accepted >= this.#sent, signal)
    return this.#accepted
  }

  /** An `accepted` frame of the host. */
  acknowledge(frame: Frame): void {
    const { bytes, problem } = this.#channel.check('accepted', decodeJsonPayload(frame))
    this.#accepted = bytes
    this.#answers += 1
    if (problem) this.fail(new PerchError(problem.code, problem.message, { hint: problem.hint ?? undefined }))
    this.#wake()
  }

  /** Nothing more will be taken: whoever waits is told why. */
  fail(problem: PerchError): void {
    this.#problem ??= problem
    this.#tellFailure(this.#problem)
    this.#wake()
  }

  /** A key is on its way in the turn of the loop in which it was typed. */
  #mayGoAtOnce(bytes: Uint8Array, signal: AbortSignal | undefined): boolean {
    const isFree = this.#turns === 0 && this.#problem === undefined && !signal?.aborted
    const { byteLength } = bytes
    return isFree && byteLength > 0 && byteLength <= PIECE_BYTES && this.#hasRoom(byteLength)
  }

  #hasRoom(bytes: number): boolean {
    return this.#sent - this.#accepted + bytes <= WINDOW_BYTES
  }

  #send(piece: Uint8Array): Promise<void> {
    this.#sent += piece.byteLength
    return this.#channel.send(FRAME.input, piece)
  }

  #inTurn(task: () => Promise<void>): Promise<void> {
    this.#turns += 1
    const turn = this.#turn
      .catch(() => {})
      .then(task)
      .finally(() => {
        this.#turns -= 1
      })
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
          unlisten()
          resolve()
        }
        this.#waiting.add(wake)
        const unlisten = onAbort(signal, wake)
      })
    }
    if (this.#problem) throw this.#problem
  }

  #wake(): void {
    for (const wake of [...this.#waiting]) wake()
  }
}
