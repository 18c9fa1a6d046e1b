/** Where a recording is read from: a file, or standard input. */
import { closeSync, constants, createReadStream, fstatSync, openSync } from 'node:fs'
import { isatty } from 'node:tty'
import { errnoOf, messageOf, PerchError } from '../../platform/perch-error.js'
import { openOwnInput } from '../streams/own-input.js'

export interface RecordingSource {
  /** As a person calls it. */
  readonly name: string
  readonly chunks: AsyncIterable<Uint8Array>
  close(): void
}

/** @throws PerchError `file-not-found`, `file-unreadable`, `not-a-file` */
export function openRecordingFile(path: string): RecordingSource {
  const fd = openFile(path)
  const stat = fstatSync(fd)
  if (!stat.isFile()) {
    closeSync(fd)
    throw new PerchError('not-a-file', `${path} is ${stat.isDirectory() ? 'a folder' : 'no regular file'}`, {
      hint: 'perch replay - reads a recording from standard input.',
    })
  }
  const stream = createReadStream(path, { fd })
  return { name: path, chunks: explainingErrors(stream, path), close: () => stream.destroy() }
}

/** @throws PerchError `usage` when a person sits there */
export function openRecordingInput(): RecordingSource {
  if (isatty(0)) {
    throw new PerchError('usage', 'standard input is a terminal, and no recording', { hint: 'See: perch help replay' })
  }
  const input = openOwnInput(0)
  const name = 'standard input'
  return { name, chunks: explainingErrors(input.chunks, name), close: () => input.close() }
}

/** A FIFO that nobody writes to is not waited for. */
function openFile(path: string): number {
  try {
    return openSync(path, constants.O_RDONLY | constants.O_NONBLOCK)
  } catch (error) {
    throw readError(path, error)
  }
}

async function* explainingErrors(chunks: AsyncIterable<Uint8Array>, name: string): AsyncGenerator<Uint8Array, void, void> {
  try {
    yield* chunks
  } catch (error) {
    throw readError(name, error)
  }
}

function readError(name: string, cause: unknown): PerchError {
  const errno = errnoOf(cause) ?? ''
  if (['ENOENT', 'ENOTDIR'].includes(errno)) {
    return new PerchError('file-not-found', `there is no file ${name}`, { cause, hint: 'perch record export makes recordings.' })
  }
  if (['EACCES', 'EPERM'].includes(errno)) {
    return new PerchError('file-unreadable', `${name} cannot be read`, { cause, hint: 'Check its owner and permissions.' })
  }
  return new PerchError('file-unreadable', `${name} cannot be read: ${messageOf(cause)}`, { cause })
}
