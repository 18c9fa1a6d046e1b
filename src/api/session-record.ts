/**
 * What a session's folder holds: `session.json` while and after it runs, `exit.json` once it has ended. Objects are loose:
 * fields that this version does not know are kept.
 */
import * as v from 'valibot'
import { Exit, Size, StreamExtent, Tee } from './session.js'
import { TextRecord } from './text-record.js'

const nonNegative = v.pipe(v.number(), v.integer(), v.minValue(0))

export const ProcessIdentity = v.looseObject({ pid: nonNegative, startTime: v.string(), bootId: v.string() })

/**
 * `<session>/session.json`: what does not change while the session runs, written by the host before it starts the child
 * (without `child`) and once more right after. Offsets, attachments and tees are asked from the host.
 */
export const SessionRecord = v.looseObject({
  schema: v.literal(1),
  id: v.string(),
  name: v.nullable(v.string()),
  profile: v.string(),
  agent: v.string(),
  argv: v.array(v.string()),
  cwd: v.string(),
  kind: v.picklist(['pty', 'pipe']),
  mergeStderr: v.boolean(),
  labels: TextRecord,
  originator: v.nullable(v.string()),
  conversation: v.nullable(v.string()),
  parent: v.nullable(v.string()),
  createdAt: v.string(),
  size: v.nullable(Size),
  /** Address of the host's socket. */
  socket: v.string(),
  /** Folder of the profile's lease that this session holds; null for a profile without a runtime. */
  lease: v.nullable(v.string()),
  /** The person's home folder, in which the profile's shared home lies. */
  home: v.optional(v.string()),
  perchVersion: v.string(),
  host: ProcessIdentity,
  child: v.nullable(ProcessIdentity),
})
export type SessionRecord = v.InferOutput<typeof SessionRecord>

/** `<session>/exit.json`: written once, durably, after the last byte of every stream is in the log. */
export const ExitRecord = v.looseObject({
  schema: v.literal(1),
  endedAt: v.string(),
  exit: Exit,
  streams: v.record(v.string(), StreamExtent),
  /** The tees that there were at the end, as they ended. */
  tees: v.optional(v.array(Tee)),
})
export type ExitRecord = v.InferOutput<typeof ExitRecord>
