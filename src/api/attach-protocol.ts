/** Attaching to a session: what a client asks for, where it begins, and why its attachment ended. */
import * as v from 'valibot'
import { Size, StreamName } from './session.js'

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
  /**
   * `screen` frames are understood: `screen` is a drawn screen then, and `tail` lines above it. To a client of an earlier
   * version the end of the log is replayed.
   */
  draws: v.optional(v.boolean()),
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
  /**
   * Of a PTY: what the program asked before this offset was answered, or is asked again later by nobody; from it on the
   * controller's terminal answers. Absent from a host of an earlier version.
   */
  answersFrom: v.optional(v.number()),
})
export type Attached = v.InferOutput<typeof Attached>

/** These bytes of a stream are gone; what follows starts at `to`. */
export const Gap = v.looseObject({ from: v.number(), to: v.number() })
export type Gap = v.InferOutput<typeof Gap>

/** A stream has ended here. */
export const StreamEnd = v.looseObject({ offset: v.number() })
export type StreamEnd = v.InferOutput<typeof StreamEnd>

/** Why an attachment ended. `by` names the attachment or client that caused it. */
export const Closed = v.looseObject({
  reason: v.picklist(['detached', 'stolen', 'kicked', 'ended']),
  by: v.optional(v.string()),
})
export type Closed = v.InferOutput<typeof Closed>
