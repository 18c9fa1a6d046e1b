/**
 * What happens to sessions and profiles, as everybody is told of it: one document a line on `GET /v1/events`, in the library and from
 * `perch events --json`. Each has a number that is one above that of the event before it, for ever, across every restart
 * of the daemon; so whoever remembers the last number misses nothing and gets nothing twice.
 */
import * as v from 'valibot'

const schema = v.literal(1)
const sequence = v.pipe(v.number(), v.integer(), v.minValue(1))

/**
 * The types of this version. `ended` and `lost` come once for each session, one of them, after all else but `removed`;
 * attachments that end with their session have no `detached` of their own.
 */
export type EventType =
  | 'created'
  | 'attached'
  | 'stolen'
  | 'detached'
  | 'tee-missed'
  | 'tee-failed'
  /** The session's log cannot be kept on the disk any more; `problem` says why. */
  | 'disk-full'
  /** Whether the session needs somebody has changed; `attention` says how. */
  | 'attention'
  /** `count` events of the session's host were dropped before the daemon could take them over. */
  | 'events-missed'
  /** A live session got another name; `from` is the one it had, or null. */
  | 'renamed'
  | 'ended'
  | 'lost'
  | 'removed'
  /** Both sides of a shared document or file were changed; `problem` says what won, the other is kept aside. Of a profile. */
  | 'sync-conflict'
  /** An agent reset a document, and it was restored. Of a profile. */
  | 'sync-restored'
  /** An agent logged out, or its login was refused. Of a profile. */
  | 'logged-out'
  /** An account has used `usedPercent` of a limit (`window`), from which on the person wants to be told; once until `resetsAt`. Of a profile. */
  | 'usage-warning'

/** One event. What else there is to say (`reason`, `exit`, `tee`, …) lies beside these, by type. */
export const PerchEvent = v.looseObject({
  seq: sequence,
  schema,
  /** When it happened (ISO 8601), which may be long before it was taken over from a host that had no daemon. */
  at: v.string(),
  /** An `EventType`, or one of a later version. */
  type: v.string(),
  /** The session's id; null for an event of a profile, which says `profile`. */
  session: v.nullable(v.string()),
  /** The session's name. */
  name: v.nullable(v.string()),
})
export type PerchEvent = v.InferOutput<typeof PerchEvent>

/** The events with these numbers are not held any more: what follows comes after `to`. */
export const EventGap = v.looseObject({ schema, type: v.literal('gap'), from: sequence, to: sequence })
export type EventGap = v.InferOutput<typeof EventGap>

/** A line of the stream. */
export type EventLine = PerchEvent | EventGap

export function isEventGap(line: EventLine): line is EventGap {
  return line.type === 'gap' && !('seq' in line)
}

/** The HTTP header of an event stream: the number after which it begins. */
export const SINCE_HEADER = 'perch-since'

/** The HTTP header of an event stream that ends: the number of its last event. */
export const UNTIL_HEADER = 'perch-until'

/** The media type of the stream: newline-delimited JSON. */
export const EVENT_STREAM_TYPE = 'application/x-ndjson'
