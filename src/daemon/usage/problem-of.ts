/** The error of a step that has to do with the database or with reading a folder, as a value: others go on. */
import { messageOf, PerchError } from '../../platform/perch-error.js'

/** Undefined when there was none. */
export function problemOf(step: () => void): PerchError | undefined {
  try {
    step()
    return undefined
  } catch (error) {
    return error instanceof PerchError ? error : new PerchError('file-unreadable', messageOf(error), { cause: error })
  }
}
