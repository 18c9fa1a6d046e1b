/** The one name of a folder, whatever links lead to it. */
import { realpathSync } from 'node:fs'
import { basename, dirname, join, resolve } from 'node:path'
import { errnoOf } from '../perch-error.js'

/**
 * The absolute path without links. Of a folder that is gone, what it would be where its nearest ancestor lies that is still
 * there: somebody may want to undo what was once said about it.
 */
export function canonicalFolder(path: string): string {
  const absolute = resolve(path)
  try {
    return realpathSync.native(absolute)
  } catch (error) {
    if (errnoOf(error) === undefined) throw error
    const parent = dirname(absolute)
    return parent === absolute ? absolute : join(canonicalFolder(parent), basename(absolute))
  }
}
