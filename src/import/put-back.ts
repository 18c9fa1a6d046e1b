/** A file that was set aside goes back to its name, and takes it from nobody. */
import { linkSync, lstatSync, renameSync, unlinkSync } from 'node:fs'
import { messageOf, PerchError } from '../platform/perch-error.js'

/**
 * By a second name first: a login that somebody has put there meanwhile stays, and this one beside it.
 * @throws PerchError `login-in-use` when the name is taken
 */
export function putBack(aside: string, from: string): void {
  try {
    linkSync(aside, from)
    unlinkSync(aside)
  } catch (cause) {
    if (lstatSync(from, { throwIfNoEntry: false }) === undefined) renameSync(aside, from)
    else
      throw new PerchError('login-in-use', `the login is in ${aside}: ${messageOf(cause)}`, { cause, hint: `Look at ${from}.` })
  }
}

/** Whether both names are of one file, as those of one that was killed while it was put back. */
export function isSameFile(one: string, other: string): boolean {
  const [a, b] = [one, other].map((path) => lstatSync(path, { throwIfNoEntry: false }))
  return a !== undefined && b !== undefined && a.ino === b.ino && a.dev === b.dev
}
