/** The shapes of sessions, as `ls` and `show` print them. Objects are loose: fields that this version does not know are kept. */
import * as v from 'valibot'
import { AttentionState } from './attention.js'
import { sessionStates } from './session-states.js'
import { streamNames } from './stream-names.js'
import { TextRecord } from './text-record.js'

export const StreamName = v.picklist(streamNames)
export type StreamName = v.InferOutput<typeof StreamName>

const nonNegative = v.pipe(v.number(), v.integer(), v.minValue(0))
const nullable = <T extends v.GenericSchema>(schema: T) => v.nullable(schema)

/** Columns and rows of a terminal. 1 to 1000: a 1000 × 1000 screen already costs most of a core. */
export const Size = v.object({
  cols: v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(1000)),
  rows: v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(1000)),
})
export type Size = v.InferOutput<typeof Size>

export const SentSignal = v.looseObject({ signal: v.string(), at: v.string() })

export const Outcome = v.picklist(['exited', 'terminated', 'killed', 'lost'])
export type Outcome = v.InferOutput<typeof Outcome>

/** How a session ended. `code` and `signal` are the wait status: one of them is set, none when the host was lost. */
export const Exit = v.looseObject({
  code: nullable(v.number()),
  signal: nullable(v.string()),
  outcome: Outcome,
  signalsSent: v.array(SentSignal),
})
export type Exit = v.InferOutput<typeof Exit>

/** Absolute byte offsets held of a stream; `start` above 0 means that older bytes were dropped. */
export const StreamExtent = v.looseObject({ start: nonNegative, end: nonNegative })
export type StreamExtent = v.InferOutput<typeof StreamExtent>

export const Attachment = v.looseObject({
  id: v.string(),
  mode: v.picklist(['controller', 'viewer']),
  since: v.string(),
  /** True when the child is held back rather than bytes being lost to this one. */
  blocks: v.optional(v.boolean()),
})
export type Attachment = v.InferOutput<typeof Attachment>

/**
 * What becomes of bytes that a tee's sink does not take in time: the child waits (`block`), the oldest of them are left out,
 * or the newest.
 */
export const TeePolicy = v.picklist(['block', 'drop-oldest', 'drop-newest'])
export type TeePolicy = v.InferOutput<typeof TeePolicy>

/** The status of a tee. */
export const Tee = v.looseObject({
  id: v.string(),
  stream: StreamName,
  /** `file`, `command`; in a library also `ring`, `channel`, `callback`, `descriptor`. */
  kind: v.string(),
  policy: v.string(),
  /** Bytes of the stream that the sink did not get. */
  missed: nonNegative,
  /** The file's path or the command, where there is one. */
  target: v.optional(v.string()),
  /** Offset in the stream of the next byte for the sink, and how far that is from the stream's end. */
  offset: v.optional(nonNegative),
  lag: v.optional(nonNegative),
  /** False once the sink has failed or ended; `problem` says why. */
  connected: v.optional(v.boolean()),
  problem: v.optional(nullable(v.string())),
})
export type Tee = v.InferOutput<typeof Tee>

export const SessionState = v.picklist(sessionStates)
export type SessionState = v.InferOutput<typeof SessionState>

/** A session as the API and `--json` show it. */
export const Session = v.looseObject({
  id: v.string(),
  name: nullable(v.string()),
  profile: v.string(),
  agent: v.string(),
  argv: v.array(v.string()),
  cwd: v.string(),
  kind: v.picklist(['pty', 'pipe']),
  labels: TextRecord,
  originator: nullable(v.string()),
  state: SessionState,
  attention: nullable(AttentionState),
  /** Since when (ISO 8601), and what the agent asks for or why it stopped; absent where `attention` is null. */
  attentionSince: v.optional(v.string()),
  attentionReason: v.optional(nullable(v.string())),
  /** When somebody was there and left without doing anything about it; absent while nobody was. */
  attentionSeen: v.optional(v.string()),
  conversation: nullable(v.string()),
  parent: nullable(v.string()),
  hostPid: nullable(nonNegative),
  pid: nullable(nonNegative),
  createdAt: v.string(),
  endedAt: nullable(v.string()),
  size: nullable(Size),
  streams: v.record(v.string(), StreamExtent),
  attachments: v.array(Attachment),
  tees: v.array(Tee),
  exit: nullable(Exit),
  /** Output streams that the program waits to write at this moment, because a blocking reader is behind. */
  heldBack: v.optional(v.array(StreamName)),
  /** True while the host does not answer: offsets, attachments and tees are what it said last. */
  hostHangs: v.optional(v.boolean()),
  /** Why the session's record cannot be read; such a session can be ended and removed. */
  problem: v.optional(v.string()),
})
export type Session = v.InferOutput<typeof Session>
