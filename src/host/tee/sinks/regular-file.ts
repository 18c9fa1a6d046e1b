/**
 * Bytes into a regular file, through the thread pool: a disk that hangs (a dead network file system) holds up this file and
 * nothing else. Writing goes on where the file ends. It owns the descriptor unless that is somebody else's.
 */
import { close, write } from 'node:fs'
import { promisify } from 'node:util'
import { writeError } from '../../../platform/files/atomic-file.js'
import { messageOf, PerchError } from '../../../platform/perch-error.js'
import { OneTimeEvent } from '../../../platform/process/one-time-event.js'
import type { ByteOutput } from './byte-output.js'

/** A write that takes longer hangs in the kernel; the descriptor is closed when it comes back. */
const CLOSE_BOUND_MS = 1_000

const closeFile = promisify(close)
const writeFile = promisify(write)

export interface RegularFileOptions {
  readonly fd: number
  /** For messages. */
  readonly name: string
  /** Closes the descriptor; without it, it is left open. */
  readonly owned: boolean
}

export class RegularFile implements ByteOutput {
  readonly #options: RegularFileOptions
  #writing: Promise<unknown> = Promise.resolve()
  #isClosed = false

  constructor(options: RegularFileOptions) {
    this.#options = options
  }

  async write(bytes: Uint8Array): Promise<number> {
    if (this.#isClosed) return 0
    const { fd, name } = this.#options
    const writing = writeFile(fd, bytes, 0, bytes.byteLength, null)
    this.#writing = writing.catch(() => undefined)
    try {
      return (await writing).bytesWritten
    } catch (cause) {
      throw fileProblem(name, cause)
    }
  }

  finish(): Promise<void> {
    return Promise.resolve()
  }

  async close(): Promise<void> {
    if (this.#isClosed) return
    this.#isClosed = true
    const done = new OneTimeEvent()
    // Not while a write is under way: the number may be another file's by the time that it is done.
    void this.#writing.then(() => this.#closeDescriptor()).then(() => done.raise())
    await done.within(CLOSE_BOUND_MS)
  }

  async #closeDescriptor(): Promise<void> {
    if (!this.#options.owned) return
    // Every byte was accounted for by its write; what a close may still say (EIO of a network) has nobody left to act on it.
    await closeFile(this.#options.fd).catch(() => undefined)
  }
}

/** A failure of writing to a file as an error that a person can act on. */
export function fileProblem(name: string, cause: unknown): PerchError {
  const known = writeError(name, cause)
  if (known instanceof PerchError) return known
  return new PerchError('tee-failed', `${name} cannot be written: ${messageOf(cause)}`, { cause })
}
