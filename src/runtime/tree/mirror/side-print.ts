/** What a mirrored file looked like on one side when its content was known, so that it is only read again once it looks otherwise. */
import type { Stats } from 'node:fs'

export interface SidePrint {
  readonly size: number
  readonly mtimeMs: number
  readonly ino: number
  /** Moves also where a writer puts the old mtime back. */
  readonly ctimeMs: number
  /** The permission bits as this file system shows them. */
  readonly mode: number
  /** The file was so young that a later write may have got the same times: it is read once more. */
  readonly isRacy: boolean
}

/** The coarsest clock of a file system in use is that of FAT, 2 s. */
const COARSEST_MTIME_MS = 2_000

/** Up to this size a file is read whole: for its hash, and to be copied. Larger ones are cloned or copied by the system. */
export const SMALL_FILE_BYTES = 256 * 1024

/** The print of a file that was looked at just now. Large files are never taken for racy: reading them again would cost too much. */
export function printOf(stat: Stats, nowMs: number): SidePrint {
  const { size, mtimeMs, ino, ctimeMs } = stat
  const isRacy = size <= SMALL_FILE_BYTES && Math.abs(nowMs - mtimeMs) < COARSEST_MTIME_MS
  return { size, mtimeMs, ino, ctimeMs, mode: stat.mode & 0o777, isRacy }
}

/** Whether the file still is what was noted. */
export function isAsNoted(noted: SidePrint | null, now: SidePrint): boolean {
  return noted !== null && !noted.isRacy && isSameFile(noted, now)
}

/** Whether nobody wrote or replaced the file between two looks. */
export function isSameFile(a: SidePrint, b: SidePrint): boolean {
  return a.size === b.size && a.mtimeMs === b.mtimeMs && a.ino === b.ino && a.ctimeMs === b.ctimeMs
}
