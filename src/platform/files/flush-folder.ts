/** Makes a rename, a new name or a removal last: after a power cut the folder is as it was left. */
import { closeSync, fsyncSync, openSync } from 'node:fs'
import { errnoOf } from '../perch-error.js'

/** What systems say that have nothing to flush a folder with (Windows, some network file systems). */
const NOT_THERE = ['EINVAL', 'EISDIR', 'EPERM', 'EACCES', 'ENOTSUP', 'ENOSYS']

/** Waits until the names in the folder are on the disk, where the system can do that. */
export function flushFolder(path: string): void {
  let fd: number | undefined
  try {
    fd = openSync(path, 'r')
    fsyncSync(fd)
  } catch (error) {
    if (!NOT_THERE.includes(errnoOf(error) ?? '')) throw error
  } finally {
    if (fd !== undefined) closeSync(fd)
  }
}
