/** Whether a path still names the file that was made there. */
import { statSync } from 'node:fs'
import { errnoOf } from '../perch-error.js'

/** The inode number at the path, following links; undefined where there is nothing. Any other failure is thrown. */
export function inodeOf(path: string): number | undefined {
  try {
    return statSync(path).ino
  } catch (error) {
    if (errnoOf(error) === 'ENOENT' || errnoOf(error) === 'ENOTDIR') return undefined
    throw error
  }
}
