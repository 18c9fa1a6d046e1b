/** What a folder holds; nothing where there is none. */
import { readdirSync } from 'node:fs'
import { errnoOf } from '../../platform/perch-error.js'

/** The names in the folder, in their order. */
export function namesInFolder(folder: string): readonly string[] {
  try {
    return readdirSync(folder).sort()
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return []
    throw error
  }
}
