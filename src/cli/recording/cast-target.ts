/**
 * Where a recording is written: a file that appears whole or not at all, for its owner only, or standard output. A file
 * that is there already is only replaced when that was asked for, also one that comes meanwhile.
 */
import { lstatSync, realpathSync, renameSync, rmSync, statSync } from 'node:fs'
import { type FileHandle, open } from 'node:fs/promises'
import { failpoint } from '../../platform/failpoint.js'
import { stagingPathFor, writeError } from '../../platform/files/atomic-file.js'
import { takePlace } from '../../platform/files/take-place.js'
import { errnoOf, messageOf, PerchError } from '../../platform/perch-error.js'
import { openOwnOutput, requireWritten } from '../streams/own-output.js'

export interface CastTarget {
  /** Resolves when there is room for more. */
  write(text: string): Promise<void>
  /** Everything is written: the file gets its name. */
  finish(): Promise<void>
  /** Nothing of it is to stay. After `finish` it does nothing. */
  discard(): Promise<void>
  /** Nobody reads it any more. */
  readonly isUnread: boolean
}

/** Written at a time: an event is mostly a few bytes. */
const WRITE_BYTES = 64 * 1024

/**
 * A new file at `path`.
 * @throws PerchError `file-exists`, `not-a-file`, `folder-not-found`, `not-writable`, `disk-full`, `output-failed`; as do its methods
 */
export async function openCastFile(path: string, options: { readonly force: boolean }): Promise<CastTarget> {
  const target = writtenPath(path, options)
  const staging = stagingPathFor(target)
  const file = await open(staging, 'wx', 0o600).catch((error: unknown) => {
    throw fileError(path, error)
  })
  let waiting: string[] = []
  let waitingBytes = 0
  let isOver = false
  const flush = async () => {
    const text = waiting.join('')
    waiting = []
    waitingBytes = 0
    await file.writeFile(text)
    failpoint('recording-begun')
  }
  const discard = async () => {
    if (isOver) return
    isOver = true
    await file.close().catch(() => undefined)
    rmSync(staging, { force: true })
  }
  const guarded = async (step: () => Promise<void>) => {
    try {
      await step()
    } catch (error) {
      await discard()
      throw error instanceof PerchError ? error : fileError(path, error)
    }
  }
  return {
    write: (text) =>
      guarded(async () => {
        waiting.push(text)
        waitingBytes += text.length
        if (waitingBytes >= WRITE_BYTES) await flush()
      }),
    finish: () =>
      guarded(async () => {
        await flush()
        await place(file, staging, target, path, options)
        isOver = true
      }),
    discard,
    isUnread: false,
  }
}

/** Standard output. @throws PerchError `output-failed` */
export function openCastOutput(): CastTarget {
  const output = openOwnOutput(1)
  return {
    write: (text) => output.write(Buffer.from(text)),
    finish: async () => {
      await output.flush()
      requireWritten(output)
    },
    discard: () => output.flush(),
    get isUnread() {
      return output.broken !== undefined
    },
  }
}

async function place(file: FileHandle, staging: string, target: string, path: string, options: { readonly force: boolean }) {
  // A power cut must not leave the name without the content.
  await file.sync()
  await file.close()
  failpoint('recording-written')
  if (options.force) renameSync(staging, target)
  else if (!takePlace(staging, target, null)) throw exists(path)
}

/** The file that is meant; of one that is there and may be replaced, the one that a link leads to. */
function writtenPath(path: string, { force }: { readonly force: boolean }): string {
  try {
    if (lstatSync(path, { throwIfNoEntry: false }) === undefined) return path
    const found = statSync(path, { throwIfNoEntry: false })
    // A rename would put a file in the place of a device or a FIFO.
    if (found && !found.isFile()) throw notAFile(path, found.isDirectory())
    if (!force) throw exists(path)
    return found ? realpathSync(path) : path
  } catch (error) {
    throw error instanceof PerchError ? error : fileError(path, error)
  }
}

function exists(path: string): PerchError {
  return new PerchError('file-exists', `${path} is there already`, { hint: 'Use --force to replace it, or another name.' })
}

function notAFile(path: string, isFolder: boolean): PerchError {
  return new PerchError('not-a-file', `${path} is ${isFolder ? 'a folder' : 'no regular file'}`, {
    hint: isFolder ? 'Name a file in it.' : 'A FILE of - writes to standard output.',
  })
}

function fileError(path: string, error: unknown): unknown {
  const known = writeError(path, error)
  if (known instanceof PerchError) return known
  if (['ENOENT', 'ENOTDIR'].includes(errnoOf(error) ?? '')) {
    return new PerchError('folder-not-found', `the folder of ${path} does not exist`, { cause: error, hint: 'Make it first.' })
  }
  return new PerchError('output-failed', `${path} cannot be written: ${messageOf(error)}`, { cause: error })
}
