/** Errors as they travel: the code, message and hint of a PerchError; anything else is `internal` and is reported. */
import type { WireError } from '../../api/host-protocol.js'
import { messageOf, PerchError } from '../../platform/perch-error.js'

export function wireError(error: unknown): WireError {
  const message = shortened(messageOf(error))
  if (error instanceof PerchError) return { code: error.code, message, hint: error.hint ?? null }
  return { code: 'internal', message, hint: 'The session goes on. Its host.log has the details.' }
}

/** Messages repeat what was asked, which may fill a whole frame: an answer of that could not be sent. */
const MESSAGE_LIMIT_CHARS = 4_000

function shortened(message: string): string {
  return message.length <= MESSAGE_LIMIT_CHARS ? message : `${message.slice(0, MESSAGE_LIMIT_CHARS)}…`
}
