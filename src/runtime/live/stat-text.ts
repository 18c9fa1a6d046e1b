/** What a file or folder looks like, as a text to be compared with a later one. */
import type { lstatSync, Stats, statSync } from 'node:fs'
import { errnoOf } from '../../platform/perch-error.js'

/** What cannot be looked at has a text, too. `stat` says whether links are followed. */
export function statText(path: string, stat: typeof statSync | typeof lstatSync): string {
  try {
    const now: Stats | undefined = stat(path, { throwIfNoEntry: false })
    return now === undefined ? 'nothing' : `${now.dev} ${now.ino} ${now.mode} ${now.size} ${now.mtimeMs} ${now.ctimeMs}`
  } catch (error) {
    return errnoOf(error) ?? String(error)
  }
}
