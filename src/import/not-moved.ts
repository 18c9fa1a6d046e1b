/** The error for a login that is in use, or was changed, just when it was to move. */
import { PerchError } from '../platform/perch-error.js'

/** `why` completes "the login was not moved: ...". */
export function notMoved(why: string): PerchError {
  return new PerchError('login-in-use', `the login was not moved: ${why}`, { hint: 'Import again when nothing uses it.' })
}
