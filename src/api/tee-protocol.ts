/** Tees on a session's socket: where one writes, and what a client asks for. */
import * as v from 'valibot'
import { AttachFrom } from './attach-protocol.js'
import { StreamName, Tee, TeePolicy } from './session.js'
import { TextRecord } from './text-record.js'

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
    env: TextRecord,
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
