/** What is asked of a session's log, and what comes back. */
import type { AttachFrom } from '../api/attach-protocol.js'
import type { StreamName } from '../api/session.js'
import type { AttachmentEvent } from './attachment-events.js'

export type LogEvent = Extract<AttachmentEvent, { type: 'data' | 'gap' | 'end' | 'exit' }>

export interface LogRequest {
  /** All output streams when absent. */
  readonly stream?: StreamName | undefined
  readonly from: AttachFrom
  /** Goes on until the session ends; otherwise stops at what was written when the reading began. */
  readonly follow: boolean
  readonly signal?: AbortSignal | undefined
}
