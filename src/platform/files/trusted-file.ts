/**
 * Files that say which programs to run and where logins lie: read only when nobody but the person, or the system's
 * administrator, could have written them. Links are followed, because many people keep their config folder under version
 * control and link to it; what they lead to is checked.
 */
import { closeSync, constants, fstatSync, openSync, readSync, type Stats, statSync } from 'node:fs'
import { PerchError } from '../perch-error.js'

/**
 * The bytes of the file, checked and read through one descriptor, so that it is the checked one that is read.
 * @throws PerchError `unsafe-file` when somebody else could have written it, it is no file, or it is larger than the limit; or
 *   the system error
 */
export function readTrustedFile(path: string, limitBytes: number): Buffer {
  // A pipe in its place would otherwise be waited for, for ever.
  const fd = openSync(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0))
  try {
    const stat = fstatSync(fd)
    if (!stat.isFile()) throw unsafe(path, 'is not a file', 'Move it away.')
    requireOwn(path, stat)
    const bytes = Buffer.alloc(limitBytes + 1)
    const read = readAll(fd, bytes)
    if (read > limitBytes) throw unsafe(path, `is larger than ${limitBytes} bytes`, 'Make it smaller, or move it away.')
    return bytes.subarray(0, read)
  } finally {
    closeSync(fd)
  }
}

/**
 * Checks a folder in which such files lie: who can write into it can put one there.
 * @throws PerchError `unsafe-file`, or the system error
 */
export function requireTrustedFolder(path: string): void {
  const stat = statSync(path)
  if (!stat.isDirectory()) throw unsafe(path, 'is not a folder', 'Move it away.')
  requireOwn(path, stat)
}

function requireOwn(path: string, stat: Stats): void {
  const uid = process.geteuid?.()
  // Windows has no owner that could be compared.
  if (uid === undefined) return
  // The administrator can replace perch itself; some systems keep people's config files in a store that is root's.
  if (stat.uid !== uid && stat.uid !== 0) {
    throw unsafe(path, `belongs to user ${stat.uid}, not to you`, 'Make it your own, after checking what is in it.')
  }
  if (stat.mode & 0o002) throw unsafe(path, 'can be written by every user', `Run: chmod o-w '${path}' (after checking it).`)
}

function unsafe(path: string, why: string, hint: string): PerchError {
  return new PerchError('unsafe-file', `${path} ${why}`, { hint })
}

function readAll(fd: number, bytes: Buffer): number {
  let length = 0
  while (length < bytes.length) {
    const read = readSync(fd, bytes, length, bytes.length - length, null)
    if (read === 0) break
    length += read
  }
  return length
}
