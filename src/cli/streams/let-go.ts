/** Giving up one of perch's own standard descriptors before perch ends, so that the other end of the pipe sees it closed. */
import { closeSync, openSync } from 'node:fs'
import { errnoOf } from '../../platform/perch-error.js'

/** Closes the descriptor and puts /dev/null there, so that no later file gets its number. */
export function letGo(fd: 0 | 1 | 2): void {
  try {
    closeSync(fd)
  } catch (error) {
    // Where a pipe cannot be opened anew, the stream had this descriptor and has closed it.
    if (errnoOf(error) !== 'EBADF') throw error
  }
  openSync('/dev/null', fd === 0 ? 'r' : 'w')
}
