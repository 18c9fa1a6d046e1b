/**
 * What travels in the JSON frames of a session's socket. The host of an old version must understand the clients of a new
 * one and the other way round: fields are only added, unknown ones ignored.
 */
import * as v from 'valibot'
import { AttachParams } from './attach-protocol.js'
import { Attention } from './attention.js'
import { ScreenParams } from './screen.js'
import { Attachment, Exit, Size, StreamExtent, StreamName, Tee } from './session.js'
import { AddTeeParams } from './tee-protocol.js'

export const Hello = v.looseObject({
  protocol: v.number(),
  perch: v.string(),
  /** The session this host owns; absent from a client. */
  session: v.optional(v.string()),
})
export type Hello = v.InferOutput<typeof Hello>

/** The reply to `status`: what changes while a session runs. */
export const HostStatus = v.looseObject({
  state: v.picklist(['starting', 'running', 'exited']),
  pid: v.nullable(v.number()),
  size: v.nullable(Size),
  streams: v.record(v.string(), StreamExtent),
  attachments: v.array(Attachment),
  tees: v.array(Tee),
  exit: v.nullable(Exit),
  /** Why the log is not on the disk any more; absent or null while it is. */
  logProblem: v.optional(v.nullable(v.string())),
  /** Streams that are not read from the child at this moment, because a blocking reader is behind. */
  heldBack: v.optional(v.array(StreamName)),
  /** Absent or null where nothing tells. */
  attention: v.optional(v.nullable(Attention)),
  /** The answer to `watch`; absent from a host that cannot. */
  watched: v.optional(v.boolean()),
})
export type HostStatus = v.InferOutput<typeof HostStatus>

export const StatusParams = v.looseObject({
  /** One `changed` event is to come on this connection when this status is no longer true; then silence until the next. */
  watch: v.optional(v.boolean()),
})

export const TerminateParams = v.looseObject({ graceMs: v.pipe(v.number(), v.minValue(0)) })

/** Whom a signal is for: the program with its whole process group, as from a keyboard, or the program alone, as from `kill PID`. */
export const SignalTarget = v.picklist(['group', 'leader'])
export type SignalTarget = v.InferOutput<typeof SignalTarget>

export const SignalParams = v.looseObject({
  signal: v.string(),
  /** `group` when absent, and to a host of an earlier version. */
  to: v.optional(SignalTarget),
})

export const DetachParams = v.looseObject({
  /** The connection's own when absent. */
  attachment: v.optional(v.string()),
  /** Who asks, in words for the person who is detached. */
  by: v.optional(v.string()),
})

/** What `tail` gives at the most: it is asked for to show a line of it. */
export const TAIL_LIMIT_BYTES = 4 * 1024

export const TailParams = v.looseObject({
  stream: StreamName,
  bytes: v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(TAIL_LIMIT_BYTES)),
})

/** The reply to `tail`: the last bytes of a stream, and the offset after them. */
export const TailReply = v.looseObject({ end: v.number(), base64: v.string() })
export type TailReply = v.InferOutput<typeof TailReply>

/** The reply to `cancelInput`: bytes taken of everything that the connection sent. */
export const CancelReply = v.looseObject({ accepted: v.number() })
export type CancelReply = v.InferOutput<typeof CancelReply>

/** What a client may ask of a host. Every request gets exactly one reply with its id. */
export const HostRequest = v.variant('method', [
  v.looseObject({ id: v.number(), method: v.literal('attach'), params: AttachParams }),
  v.looseObject({ id: v.number(), method: v.literal('detach'), params: DetachParams }),
  v.looseObject({ id: v.number(), method: v.literal('status'), params: StatusParams }),
  v.looseObject({ id: v.number(), method: v.literal('resize'), params: Size }),
  /** Sends this connection's attachment, which must have asked for drawn screens, one of this moment; the output goes on after it. */
  v.looseObject({ id: v.number(), method: v.literal('redraw'), params: v.looseObject({}) }),
  /** What the terminal shows now. */
  v.looseObject({ id: v.number(), method: v.literal('screen'), params: ScreenParams }),
  /** The last bytes of a stream, without an attachment: whoever only glances at a session leaves no trace in its history. */
  v.looseObject({ id: v.number(), method: v.literal('tail'), params: TailParams }),
  /** Replies when nothing of the session is left, or with `still-running`. */
  v.looseObject({ id: v.number(), method: v.literal('terminate'), params: TerminateParams }),
  v.looseObject({ id: v.number(), method: v.literal('signal'), params: SignalParams }),
  /** Leaves out what this connection has sent and the child not taken; the reply comes when it is known how much that was. */
  v.looseObject({ id: v.number(), method: v.literal('cancelInput'), params: v.looseObject({}) }),
  v.looseObject({ id: v.number(), method: v.literal('addTee'), params: AddTeeParams }),
  /** Flushes what the tee was already given, within a bound, and replies with its last status. */
  v.looseObject({ id: v.number(), method: v.literal('removeTee'), params: v.looseObject({ tee: v.string() }) }),
  /** Nobody reads this stream any more: closes the read end of the child's pipe (SIGPIPE, as without perch). Not on a PTY. */
  v.looseObject({ id: v.number(), method: v.literal('closeOutput'), params: v.looseObject({ stream: StreamName }) }),
  /** From now on `HostEvent` frames come on this connection; before the reply those that were numbered after `since`. */
  v.looseObject({ id: v.number(), method: v.literal('subscribe'), params: v.looseObject({ since: v.optional(v.number()) }) }),
])
export type HostRequest = v.InferOutput<typeof HostRequest>

export const WireError = v.looseObject({ code: v.string(), message: v.string(), hint: v.nullable(v.string()) })
export type WireError = v.InferOutput<typeof WireError>

export const HostReply = v.looseObject({
  id: v.number(),
  result: v.optional(v.unknown()),
  error: v.optional(WireError),
})
export type HostReply = v.InferOutput<typeof HostReply>

/** Input taken so far on this connection; `problem` when no more will be. */
export const Accepted = v.looseObject({ bytes: v.number(), problem: v.optional(WireError) })
export type Accepted = v.InferOutput<typeof Accepted>

export const HostEvent = v.looseObject({
  type: v.string(),
  at: v.string(),
  /** Counts from 1 and is never given twice; absent where nothing is lost with the event. Older hosts number none. */
  number: v.optional(v.number()),
})
export type HostEvent = v.InferOutput<typeof HostEvent>

/** The event that tells of the program's end. */
export const ExitedEvent = v.looseObject({ type: v.literal('exited'), exit: Exit })
export type ExitedEvent = v.InferOutput<typeof ExitedEvent>
