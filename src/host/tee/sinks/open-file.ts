/**
 * Opens what a path names for a tee to write to, without ever waiting for it: a regular file is made where there is none, a
 * FIFO must have its reader, a device is written to as it takes it.
 */
import { close, constants, fstat, ftruncate, open, type Stats } from 'node:fs'
import { isAbsolute } from 'node:path'
import { promisify } from 'node:util'
import { errnoOf, PerchError } from '../../../platform/perch-error.js'
import { fileProblem } from './regular-file.js'

/** Opening takes longer only where it hangs (a dead network file system, an automounter without its server). */
const OPEN_BOUND_MS = 5_000

/** O_NONBLOCK: a FIFO without a reader is refused (ENXIO) instead of waited for. O_NOCTTY: a terminal does not become the host's. */
const FLAGS = constants.O_WRONLY | constants.O_CREAT | constants.O_APPEND | constants.O_NONBLOCK | constants.O_NOCTTY
const MODE = 0o600

const openDescriptor = promisify(open)
const statDescriptor = promisify(fstat)
const truncateDescriptor = promisify(ftruncate)
const closeDescriptor = promisify(close)

export interface OpenedFile {
  readonly fd: number
  readonly kind: 'file' | 'paced'
  /** What a file that is appended to holds already. */
  readonly bytes: number
}

/**
 * Opens the path for writing at its end; a file is emptied before unless it is to be appended to.
 * @throws PerchError `tee-failed`, `not-writable`, `disk-full`, `bad-request`
 */
export async function openForWriting(path: string, append: boolean): Promise<OpenedFile> {
  if (!isAbsolute(path)) throw new PerchError('bad-request', `the path of a tee must be absolute, not ${path}`)
  const opening = openAndLook(path, append)
  let timer: NodeJS.Timeout | undefined
  const bound = new Promise<'late'>((resolve) => {
    timer = setTimeout(() => resolve('late'), OPEN_BOUND_MS)
  })
  const opened = await Promise.race([opening, bound]).finally(() => clearTimeout(timer))
  if (opened !== 'late') return opened
  // When it does open some day, nobody wants it any more.
  opening.then(
    ({ fd }) => closeDescriptor(fd),
    () => undefined,
  )
  throw new PerchError('tee-failed', `${path} could not be opened within ${OPEN_BOUND_MS / 1000} s`, {
    hint: 'Its file system does not answer.',
  })
}

async function openAndLook(path: string, append: boolean): Promise<OpenedFile> {
  let fd: number
  try {
    fd = await openDescriptor(path, FLAGS, MODE)
  } catch (cause) {
    throw openProblem(path, cause)
  }
  try {
    const stats = await statDescriptor(fd)
    const kind = kindOf(path, stats)
    if (kind === 'file' && !append) await truncateDescriptor(fd)
    return { fd, kind, bytes: append ? stats.size : 0 }
  } catch (cause) {
    await closeDescriptor(fd)
    throw cause instanceof PerchError ? cause : fileProblem(path, cause)
  }
}

function kindOf(path: string, stats: Stats): OpenedFile['kind'] {
  if (stats.isFile()) return 'file'
  if (stats.isFIFO() || stats.isCharacterDevice()) return 'paced'
  throw new PerchError('tee-failed', `${path} is neither a file, nor a FIFO, nor a character device`)
}

function openProblem(path: string, cause: unknown): PerchError {
  const failed = (what: string, hint?: string) => new PerchError('tee-failed', `${path} ${what}`, { cause, hint })
  switch (errnoOf(cause)) {
    case 'EISDIR':
      return failed('is a folder', 'Name a file in it.')
    case 'ENOENT':
    case 'ENOTDIR':
      return failed('cannot be made: its folder is missing', 'Make the folder first.')
    case 'ENXIO':
      return failed('cannot be opened now', 'A FIFO needs its reader first; a socket or a device without its driver is no sink.')
    case 'ERR_INVALID_ARG_VALUE':
      return new PerchError('bad-request', 'the path of a tee cannot hold a NUL', { cause })
    default:
      return fileProblem(path, cause)
  }
}
