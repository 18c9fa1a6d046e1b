/**
 * What travels in the JSON frames of a session's socket. The host of an old version must understand the clients of a new
 * one and the other way round: fields are only added, unknown ones ignored.
 */
import * as v from 'valibot'
import { Attachment, Exit, Size, StreamExtent, StreamName, Tee, TeePolicy } from './session.js'

export const Hello = v.looseObject({
  protocol: v.number(),
  perch: v.string(),
  /** The session this host owns; absent from a client. */
  session: v.optional(v.string()),
})
export type Hello = v.InferOutput<typeof Hello>

/** Where an attachment starts in each of its streams. */
export const AttachFrom = v.variant('at', [
  v.object({ at: v.literal('screen') }),
  v.object({ at: v.literal('live') }),
  v.object({ at: v.literal('tail'), lines: v.pipe(v.number(), v.integer(), v.minValue(0)) }),
  v.object({ at: v.literal('offset'), offset: v.pipe(v.number(), v.integer(), v.minValue(0)) }),
])
export type AttachFrom = v.InferOutput<typeof AttachFrom>

export const AttachParams = v.looseObject({
  mode: v.picklist(['controller', 'viewer']),
  steal: v.optional(v.boolean()),
  /** Streams to follow; all output streams of the session when absent. */
  streams: v.optional(v.array(StreamName)),
  from: AttachFrom,
  /** The controller's terminal; applied to a PTY before output starts. */
  size: v.optional(Size),
  /** Holds back a pipe child instead of losing bytes when this client is slow (the pass-through client). Never a PTY. */
  block: v.optional(v.boolean()),
})
export type AttachParams = v.InferOutput<typeof AttachParams>

/** The reply to `attach`. Data, gap, end and exit frames follow it. */
export const Attached = v.looseObject({
  attachment: v.string(),
  /** Changes when the host does: offsets of another epoch mean nothing here. */
  epoch: v.string(),
  /** First byte that follows, by stream. */
  offsets: v.record(v.string(), v.number()),
  size: v.nullable(Size),
})
export type Attached = v.InferOutput<typeof Attached>

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
})
export type HostStatus = v.InferOutput<typeof HostStatus>

export const TerminateParams = v.looseObject({ graceMs: v.pipe(v.number(), v.minValue(0)) })
export const SignalParams = v.looseObject({ signal: v.string() })

const positive = v.pipe(v.number(), v.integer(), v.minValue(1))

/** Where a tee writes. Paths are absolute; the environment and the folder of a command are those of the shell that asked. */
export const TeeTarget = v.variant('kind', [
  v.looseObject({
    kind: v.literal('file'),
    path: v.string(),
    /** Keeps what the file holds; else it is emptied. */
    append: v.optional(v.boolean()),
    /** From this size on the file is set aside as `<path>.1` and begun anew; `keep` old ones stay. */
    rotateBytes: v.optional(positive),
    keep: v.optional(positive),
  }),
  v.looseObject({
    kind: v.literal('command'),
    /** For `/bin/sh -c`; the stream is its standard input. */
    command: v.string(),
    cwd: v.string(),
    env: v.record(v.string(), v.string()),
  }),
])
export type TeeTarget = v.InferOutput<typeof TeeTarget>

export const AddTeeParams = v.looseObject({
  target: TeeTarget,
  /** The session's `pty` or `stdout` when absent. `stdin` is what the session was sent, on either kind. */
  stream: v.optional(StreamName),
  /** `drop-oldest` when absent. `block` is refused on a PTY, whose child is never held back. */
  policy: v.optional(TeePolicy),
  /** `live` when absent; not on `stdin`, which has no log. */
  from: v.optional(AttachFrom),
})
export type AddTeeParams = v.InferOutput<typeof AddTeeParams>

/** The reply to `addTee` and `removeTee`: the tee as it is, or was at its end. */
export const TeeReply = v.looseObject({ tee: Tee })
export type TeeReply = v.InferOutput<typeof TeeReply>

/** What a client may ask of a host. Every request gets exactly one reply with its id. */
export const HostRequest = v.variant('method', [
  v.looseObject({ id: v.number(), method: v.literal('attach'), params: AttachParams }),
  v.looseObject({ id: v.number(), method: v.literal('detach'), params: v.looseObject({ attachment: v.optional(v.string()) }) }),
  v.looseObject({ id: v.number(), method: v.literal('status'), params: v.looseObject({}) }),
  v.looseObject({ id: v.number(), method: v.literal('resize'), params: Size }),
  /** Replies when nothing of the session is left, or with `still-running`. */
  v.looseObject({ id: v.number(), method: v.literal('terminate'), params: TerminateParams }),
  v.looseObject({ id: v.number(), method: v.literal('signal'), params: SignalParams }),
  v.looseObject({ id: v.number(), method: v.literal('addTee'), params: AddTeeParams }),
  /** Flushes what the tee was already given, within a bound, and replies with its last status. */
  v.looseObject({ id: v.number(), method: v.literal('removeTee'), params: v.looseObject({ tee: v.string() }) }),
  /** Nobody reads this stream any more: closes the read end of the child's pipe (SIGPIPE, as without perch). Not on a PTY. */
  v.looseObject({ id: v.number(), method: v.literal('closeOutput'), params: v.looseObject({ stream: StreamName }) }),
  /** From now on `HostEvent` frames come on this connection. */
  v.looseObject({ id: v.number(), method: v.literal('subscribe'), params: v.looseObject({}) }),
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

/** Why an attachment ended. `by` names the attachment or client that caused it. */
export const Closed = v.looseObject({
  reason: v.picklist(['detached', 'stolen', 'kicked', 'ended']),
  by: v.optional(v.string()),
})
export type Closed = v.InferOutput<typeof Closed>

export const HostEvent = v.looseObject({
  type: v.string(),
  at: v.string(),
})
export type HostEvent = v.InferOutput<typeof HostEvent>
