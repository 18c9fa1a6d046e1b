/** Errors as they travel: the code, message and hint of a PerchError; anything else is `internal` and is reported. */
import type { WireError } from '../../api/host-protocol.js'
import { messageOf, PerchError } from '../../platform/perch-error.js'

export function wireError(error: unknown): WireError {
  if (error instanceof PerchError) return { code: error.code, message: error.message, hint: error.hint ?? null }
  return { code: 'internal', message: messageOf(error), hint: 'The session goes on. Its host.log has the details.' }
}
