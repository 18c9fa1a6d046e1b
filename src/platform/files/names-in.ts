/** What a folder holds; nothing where there is none. */
import { readdirSync } from 'node:fs'
import { errnoOf } from '../perch-error.js'

/** The names in the folder, in no order; none when it is missing. */
export function namesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder)
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return []
    throw error
  }
}
