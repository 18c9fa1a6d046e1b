/**
 * Writes input to a non-blocking descriptor, in order, in small pieces, waiting with a timer while the reader's side is
 * full. Not through a stream: libuv spins for ever on a PTY whose child does not read, and a stream cannot say how much of
 * an aborted write was taken. The descriptor belongs to the caller, who learns when it is of no further use.
 */
import { writeSync } from 'node:fs'
import { onAbort } from '../on-abort.js'
import { errnoOf, PerchError } from '../perch-error.js'

/** One write call. A PTY takes 4 KiB or so at a time, a pipe 64 KiB. */
const PIECE_BYTES = 64 * 1024
/** Written without a turn of the event loop in between: reading and signals must not wait behind a paste. */
const TURN_BYTES = 256 * 1024
/** A reader at work makes room within microseconds: ask again in the next turns before a timer slows the transfer. */
const EAGER_RETRIES = 32
const FIRST_RETRY_MS = 1
/** A child that does not read for long costs 20 wake-ups a second, and gets its input this late when it does. */
const LAST_RETRY_MS = 50

interface PendingWrite {
  readonly bytes: Uint8Array
  /** Marks the end of the input instead of bytes. */
  readonly isEnd: boolean
  taken: number
  readonly resolve: (taken: number) => void
  readonly reject: (error: PerchError) => void
}

export class PacedWriter {
  readonly #fd: number
  readonly #onDone: () => void
  readonly #onTaken: (bytes: Uint8Array) => void
  readonly #queue: PendingWrite[] = []
  #closed: PerchError | undefined
  #ending = false
  #retries = 0
  #cancelRetry: (() => void) | undefined

  /**
   * `onDone` is called once: when the end was reached, when nobody reads any more, or by `close`. `onTaken` is told of the
   * very bytes that the reader's side took, as soon as it has.
   */
  constructor(fd: number, onDone: () => void, onTaken: (bytes: Uint8Array) => void = () => {}) {
    this.#fd = fd
    this.#onDone = onDone
    this.#onTaken = onTaken
  }

  /**
   * Resolves with the bytes taken: all of them, or fewer after an abort. The bytes must not change meanwhile.
   * @throws PerchError `stream-closed`
   */
  write(bytes: Uint8Array, signal?: AbortSignal): Promise<number> {
    if (this.#ending) return Promise.reject(this.#closed ?? inputClosed())
    if (signal?.aborted) return Promise.resolve(0)
    return this.#enqueue(bytes, false, signal)
  }

  /** Writes what is taken at once, unless something waits already; returns how many bytes. Hot: a key goes this way. */
  writeAtOnce(bytes: Uint8Array): number {
    if (this.#ending || this.#queue.length > 0 || bytes.byteLength === 0) return 0
    const taken = this.#writePiece(bytes, 0)
    if (taken === 'failed' || taken === 0) return 0
    this.#onTaken(bytes.subarray(0, taken))
    return taken
  }

  /** Ends the input after the writes before it; no write is accepted from now on. Ending again does nothing. */
  async end(): Promise<void> {
    if (this.#ending) return
    this.#ending = true
    await this.#enqueue(new Uint8Array(), true, undefined)
  }

  /** Stops writing; what is pending and what comes later is rejected with `reason`. */
  close(reason: PerchError = inputClosed()): void {
    if (this.#closed) return
    this.#ending = true
    this.#closed = reason
    this.#cancelRetry?.()
    this.#cancelRetry = undefined
    for (const pending of this.#queue.splice(0)) pending.reject(reason)
    this.#onDone()
  }

  #enqueue(bytes: Uint8Array, isEnd: boolean, signal: AbortSignal | undefined): Promise<number> {
    return new Promise((resolve, reject) => {
      let unlisten = () => {}
      function settled<T>(settle: (value: T) => void): (value: T) => void {
        return (value) => {
          unlisten()
          settle(value)
        }
      }
      const pending: PendingWrite = { bytes, isEnd, taken: 0, resolve: settled(resolve), reject: settled(reject) }
      this.#queue.push(pending)
      if (this.#cancelRetry === undefined) this.#pump()
      // A key is taken by now: its echo need not wait for a listener that comes and goes.
      if (this.#queue.includes(pending)) unlisten = onAbort(signal, () => this.#abandon(pending))
    })
  }

  #abandon(pending: PendingWrite): void {
    const index = this.#queue.indexOf(pending)
    if (index === -1) return
    this.#queue.splice(index, 1)
    pending.resolve(pending.taken)
  }

  #pump(): void {
    let turn = TURN_BYTES
    for (let pending = this.#queue[0]; pending !== undefined; pending = this.#queue[0]) {
      if (pending.taken === pending.bytes.byteLength) {
        this.#queue.shift()
        pending.resolve(pending.taken)
        if (pending.isEnd) this.close()
        continue
      }
      if (turn <= 0) {
        this.#retryNextTurn()
        return
      }
      const taken = this.#writePiece(pending.bytes, pending.taken)
      if (taken === 'failed') return
      if (taken === 0) {
        this.#retryLater()
        return
      }
      this.#retries = 0
      const from = pending.taken
      pending.taken += taken
      turn -= taken
      this.#onTaken(pending.bytes.subarray(from, pending.taken))
    }
  }

  #writePiece(bytes: Uint8Array, at: number): number | 'failed' {
    try {
      return writeSync(this.#fd, bytes, at, Math.min(PIECE_BYTES, bytes.byteLength - at))
    } catch (error) {
      if (errnoOf(error) === 'EAGAIN') return 0
      this.close(new PerchError('stream-closed', 'the program does not read its input any more', { cause: error }))
      return 'failed'
    }
  }

  #retryNextTurn(): void {
    const immediate = setImmediate(() => this.#retry())
    this.#cancelRetry = () => clearImmediate(immediate)
  }

  #retryLater(): void {
    this.#retries += 1
    if (this.#retries <= EAGER_RETRIES) {
      this.#retryNextTurn()
      return
    }
    const delay = Math.min(LAST_RETRY_MS, FIRST_RETRY_MS * 2 ** Math.min(this.#retries - EAGER_RETRIES - 1, 10))
    const timer = setTimeout(() => this.#retry(), delay)
    this.#cancelRetry = () => clearTimeout(timer)
  }

  #retry(): void {
    this.#cancelRetry = undefined
    this.#pump()
  }
}

function inputClosed(): PerchError {
  return new PerchError('stream-closed', 'the input of the session is closed')
}
