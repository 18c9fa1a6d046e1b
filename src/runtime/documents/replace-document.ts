/**
 * Replaces a document by a new text: seen whole or not at all, with the mode it had, behind every link it may be reached by, and
 * only if nobody else has written since it was read.
 */
import {
  closeSync,
  constants,
  fchmodSync,
  fstatSync,
  fsyncSync,
  futimesSync,
  linkSync,
  openSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  writeSync,
} from 'node:fs'
import { stagingPathFor, writeError } from '../../platform/files/atomic-file.js'
import { noteOwnWrite } from '../../platform/files/own-writes.js'
import { type IsExpected, takePlace } from '../../platform/files/take-place.js'
import { errnoOf } from '../../platform/perch-error.js'
import { DATED_BACK_MS, type FileMark, isSameMark, markAt, markOf } from './file-mark.js'

export interface ReplaceOptions {
  /** What the file looked like when it was read. `anything` is for files of perch's own, which are 0600 and no links. */
  readonly expected: FileMark | 'no-file' | 'anything'
  /** Whether the bytes are on the disk before they are seen. */
  readonly durable: boolean
}

/**
 * The mark of the new file, or null when the old one is not what was expected: then nothing was written.
 * @throws PerchError `disk-full`, `not-writable`, or the system error
 */
export function replaceDocument(path: string, bytes: Uint8Array, options: ReplaceOptions): FileMark | null {
  const isOwn = options.expected === 'anything'
  const target = isOwn ? path : finalPath(path)
  return staged(target, (staging) => {
    const fd = openSync(staging, constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL, 0o600)
    let written: FileMark
    try {
      const mode = isOwn ? undefined : statSync(target, { throwIfNoEntry: false })?.mode
      if (mode !== undefined && (mode & 0o777) !== 0o600) fchmodSync(fd, mode & 0o777)
      for (let at = 0; at < bytes.length; ) at += writeSync(fd, bytes, at)
      if (options.durable) fsyncSync(fd)
      const now = Date.now()
      // Dated back a little, so that whoever writes into it from now on leaves another time, however coarse times are.
      futimesSync(fd, new Date(now), new Date(now - DATED_BACK_MS))
      written = markOf(fstatSync(fd, { bigint: true }))
    } finally {
      closeSync(fd)
    }
    if (!isAsExpected(target, options.expected)) return null
    noteOwnWrite(target, staging)
    if (options.expected === 'anything') renameSync(staging, target)
    else if (!takePlace(staging, target, isFile(options.expected))) return null
    const now = markAt(target)
    // The rename has changed the file's ctime; a file that somebody has put there since is not what was written.
    return now?.ino === written.ino && now.dev === written.dev ? now : written
  })
}

/**
 * Makes `path` another name of the file at `source`; null when that cannot be (another file system). Only for files that
 * are never written to in place.
 */
export function replaceByLink(path: string, source: string): FileMark | null {
  const [before, wanted] = [markAt(path), markAt(source)]
  // A rename of one name of a file over another does nothing, and leaves both.
  if (before !== undefined && before.ino === wanted?.ino && before.dev === wanted.dev) return before
  return staged(path, (staging) => {
    try {
      linkSync(source, staging)
    } catch {
      // Whatever the reason, it is written instead, and what is wrong with the folder is said by that.
      return null
    }
    renameSync(staging, path)
    return markAt(path) ?? wanted ?? null
  })
}

function isAsExpected(target: string, expected: ReplaceOptions['expected']): boolean {
  return expected === 'anything' || isSameMark(markAt(target), expected === 'no-file' ? undefined : expected)
}

/** As `isAsExpected`, but for the ctime, which changes with the name. */
function isFile(expected: FileMark | 'no-file'): IsExpected | null {
  if (expected === 'no-file') return null
  return (path) => {
    const now = markAt(path)
    return now !== undefined && isSameMark({ ...now, ctimeNs: expected.ctimeNs }, expected)
  }
}

/** Leaves no staging file behind what was not to be done, or failed. */
function staged(target: string, action: (staging: string) => FileMark | null): FileMark | null {
  const staging = stagingPathFor(target)
  let mark: FileMark | null = null
  try {
    mark = action(staging)
    return mark
  } catch (error) {
    throw writeError(target, error)
  } finally {
    if (mark === null) rmSync(staging, { force: true })
  }
}

function finalPath(path: string): string {
  try {
    return realpathSync(path)
  } catch (error) {
    if (errnoOf(error) !== 'ENOENT') throw error
    return path
  }
}
