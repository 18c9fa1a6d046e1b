/** Sets a full file aside: `<path>` becomes `<path>.1`, `.1` becomes `.2`, and so on; the oldest beyond `keep` goes. */
import { rename, rm } from 'node:fs/promises'
import { errnoOf } from '../../../platform/perch-error.js'
import { fileProblem } from './regular-file.js'

/**
 * Makes room at `path`. A file that somebody else took away is none to set aside.
 * @throws PerchError `tee-failed`, `not-writable`, `disk-full`
 */
export async function setAside(path: string, keep: number): Promise<void> {
  const nth = (number: number) => (number === 0 ? path : `${path}.${number}`)
  try {
    // By itself: a rename onto it would do, but not where a folder has its name.
    await rm(nth(keep), { force: true })
    for (let number = keep; number > 0; number--) await renameIfPresent(nth(number - 1), nth(number))
  } catch (cause) {
    throw fileProblem(path, cause)
  }
}

async function renameIfPresent(from: string, to: string): Promise<void> {
  try {
    await rename(from, to)
  } catch (error) {
    if (errnoOf(error) !== 'ENOENT') throw error
  }
}
