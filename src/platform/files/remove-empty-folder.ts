/** Taking a folder away that may be in use by others: never with anything in it. */
import { rmdirSync } from 'node:fs'
import { errnoOf } from '../perch-error.js'
import { writeError } from './atomic-file.js'

/**
 * Whether it is gone: one that is not empty stays.
 * @throws PerchError `not-writable`, or the system error
 */
export function removeEmptyFolder(path: string): boolean {
  try {
    rmdirSync(path)
    return true
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return true
    if (errnoOf(error) === 'ENOTEMPTY' || errnoOf(error) === 'EEXIST') return false
    throw writeError(path, error)
  }
}
