/** The folder that a command is given in. A shell may stand in one that somebody has removed meanwhile. */
import { isAbsolute, resolve } from 'node:path'
import { errnoOf, PerchError } from '../../platform/perch-error.js'

/** @throws PerchError `folder-not-found` */
export function currentFolder(): string {
  try {
    return process.cwd()
  } catch (cause) {
    if (errnoOf(cause) === undefined) throw cause
    throw new PerchError('folder-not-found', 'the current folder is gone', { cause, hint: 'Change to one that exists: cd ~' })
  }
}

/**
 * The path as it is meant here; an absolute one needs no folder.
 * @throws PerchError `folder-not-found`
 */
export function absolutePath(path: string): string {
  return isAbsolute(path) ? resolve(path) : resolve(currentFolder(), path)
}
