/**
 * A tee into a file. One that rotates is set aside as soon as the next byte would make it larger than it may be, so no byte
 * is lost or written twice between two of them.
 */
import { closeSync } from 'node:fs'
import { PerchError } from '../../../platform/perch-error.js'
import type { TeeSink } from '../tee-sink.js'
import { type ByteOutput, byteSink } from './byte-output.js'
import { type OpenedFile, openForWriting } from './open-file.js'
import { pacedOutput } from './paced-output.js'
import { RegularFile } from './regular-file.js'
import { setAside } from './rotation.js'

export interface FileTarget {
  /** Absolute. */
  readonly path: string
  /** Keeps what the file holds; else it is emptied. */
  readonly append?: boolean | undefined
  /** From this size on the file is set aside as `<path>.1` and begun anew. */
  readonly rotateBytes?: number | undefined
  /** How many old ones stay; 3 when absent. */
  readonly keep?: number | undefined
}

/** Set aside when nothing is said about how many. */
const KEEP_DEFAULT = 3

/**
 * Opens the file.
 * @throws PerchError `tee-failed`, `not-writable`, `disk-full`, `bad-request`
 */
export async function openFileSink(target: FileTarget): Promise<TeeSink> {
  const { path, rotateBytes, keep } = target
  if (keep !== undefined && rotateBytes === undefined) {
    throw new PerchError('bad-request', 'old files are only kept of one that rotates', {
      hint: 'Say from which size on it does.',
    })
  }
  const opened = await openForWriting(path, target.append ?? false)
  return byteSink({ kind: 'file', target: path, output: outputOf(opened, target) })
}

function outputOf(opened: OpenedFile, { path, rotateBytes, keep }: FileTarget): ByteOutput {
  const { fd, kind } = opened
  if (kind === 'file') {
    const file = new RegularFile({ fd, name: path, owned: true })
    return rotateBytes === undefined
      ? file
      : new RotatingFile(file, opened.bytes, { path, rotateBytes, keep: keep ?? KEEP_DEFAULT })
  }
  if (rotateBytes === undefined) return pacedOutput({ fd, name: path, onDone: () => closeSync(fd) })
  closeSync(fd)
  throw new PerchError('bad-request', `${path} is not a file that could rotate`)
}

interface RotationRule {
  readonly path: string
  readonly rotateBytes: number
  readonly keep: number
}

class RotatingFile implements ByteOutput {
  readonly #rule: RotationRule
  #file: RegularFile
  #bytes: number
  #isClosed = false

  constructor(file: RegularFile, bytes: number, rule: RotationRule) {
    this.#file = file
    this.#bytes = bytes
    this.#rule = rule
  }

  async write(bytes: Uint8Array): Promise<number> {
    if (this.#bytes >= this.#rule.rotateBytes) await this.#rotate()
    // At least one byte: somebody may have put a large file there meanwhile.
    const room = Math.max(1, this.#rule.rotateBytes - this.#bytes)
    const written = await this.#file.write(bytes.subarray(0, room))
    this.#bytes += written
    return written
  }

  finish(): Promise<void> {
    return this.#file.finish()
  }

  async close(): Promise<void> {
    this.#isClosed = true
    await this.#file.close()
  }

  async #rotate(): Promise<void> {
    const { path, keep } = this.#rule
    await this.#file.close()
    await setAside(path, keep)
    const { fd, bytes } = await openForWriting(path, true)
    this.#file = new RegularFile({ fd, name: path, owned: true })
    this.#bytes = bytes
    if (this.#isClosed) await this.#file.close()
  }
}
