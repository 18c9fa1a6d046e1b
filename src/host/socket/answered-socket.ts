/** Whether a socket file has somebody behind it. */
import { connect } from 'node:net'
import { writeError } from '../../platform/files/atomic-file.js'
import { errnoOf } from '../../platform/perch-error.js'

/** Of a missing file, one that a dead listener left, and one that is no socket. */
const NOBODY_LISTENS: readonly (string | undefined)[] = ['ENOENT', 'ECONNREFUSED', 'ENOTSOCK']

/** Whether somebody accepts connections at this address. @throws PerchError `not-writable` when that cannot be told */
export function isAnswered(path: string): Promise<boolean> {
  return new Promise((resolve, reject) => {
    const probe = connect(path)
    probe.once('connect', () => {
      probe.destroy()
      resolve(true)
    })
    probe.once('error', (error) => {
      if (NOBODY_LISTENS.includes(errnoOf(error))) resolve(false)
      else reject(writeError(path, error))
    })
  })
}
