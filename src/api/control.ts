/** The bodies of the control API (HTTP/JSON on the daemon's socket). `routes.ts` says which route takes and gives what. */
import * as v from 'valibot'
import { WireError } from './host-protocol.js'
import { EnvironmentVariables, Profile, ProfileDetail } from './profile.js'
import { Session, Size } from './session.js'
import { TextRecord } from './text-record.js'

const schema = v.literal(1)

/** What a session runs: the profile's agent with these arguments, or any command in the profile's environment. */
export const Program = v.variant('kind', [
  v.object({ kind: v.literal('agent'), args: v.array(v.string()) }),
  v.object({ kind: v.literal('command'), argv: v.pipe(v.array(v.string()), v.minLength(1)) }),
])
export type Program = v.InferOutput<typeof Program>

/** What `perch run` and `perch exec` ask for. `env`, `umask` and `openFilesLimit` are those of the requesting shell. */
export const NewSession = v.looseObject({
  /** The profile asked for by flag or argument; null leaves the choice to `PERCH_PROFILE` in `env`, rules and the default. */
  profile: v.nullable(v.string()),
  program: Program,
  cwd: v.string(),
  env: EnvironmentVariables,
  /** `--env`: wins over everything. */
  extraEnv: v.optional(EnvironmentVariables),
  kind: v.picklist(['pty', 'pipe']),
  mergeStderr: v.optional(v.boolean()),
  size: v.optional(Size),
  name: v.optional(v.string()),
  labels: v.optional(TextRecord),
  originator: v.optional(v.string()),
  nice: v.optional(v.pipe(v.number(), v.integer(), v.minValue(-20), v.maxValue(19))),
  umask: v.optional(v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(0o777))),
  /** Soft limit of open files; Node raises its own, which the agent must not inherit. */
  openFilesLimit: v.optional(v.pipe(v.number(), v.integer(), v.minValue(3))),
  /** The asking client attaches at once and wants every byte: a pipe child is held back until it has. */
  expectsClient: v.optional(v.boolean()),
})
export type NewSession = v.InferOutput<typeof NewSession>

/** Where to reach a session's bytes: its host's socket, or null when it ended and its log is read from the daemon. */
export const Endpoint = v.looseObject({ schema, session: Session, socket: v.nullable(v.string()) })
export type Endpoint = v.InferOutput<typeof Endpoint>

export const SessionReply = v.looseObject({
  schema,
  session: Session,
  /** What the person should be told, as sentences; of a session that was just started. */
  notices: v.optional(v.array(v.string())),
})
export type SessionReply = v.InferOutput<typeof SessionReply>

export const SessionsReply = v.looseObject({ schema, sessions: v.array(Session) })
export type SessionsReply = v.InferOutput<typeof SessionsReply>

/** Without `signal` the ladder (soft signal, grace, SIGKILL); with it just that signal. */
export const KillRequest = v.looseObject({
  graceMs: v.optional(v.pipe(v.number(), v.minValue(0))),
  signal: v.optional(v.string()),
})
export type KillRequest = v.InferOutput<typeof KillRequest>

export const ResizeRequest = Size

/** Which ended sessions to remove; all of them when empty. */
export const PruneRequest = v.looseObject({
  /** Only those that ended at least so long ago. */
  olderMs: v.optional(v.pipe(v.number(), v.minValue(0))),
  originator: v.optional(v.string()),
  profile: v.optional(v.string()),
  /** With all of these labels. */
  labels: v.optional(TextRecord),
})
export type PruneRequest = v.InferOutput<typeof PruneRequest>

export const RemovedReply = v.looseObject({ schema, removed: v.array(v.string()) })
export type RemovedReply = v.InferOutput<typeof RemovedReply>

/** What went with the profile: that it was the default, and the folders whose rules named it. Absent from an older daemon. */
export const ProfileRemovedReply = v.looseObject({
  ...RemovedReply.entries,
  wasDefault: v.optional(v.boolean()),
  unmapped: v.optional(v.array(v.string())),
})
export type ProfileRemovedReply = v.InferOutput<typeof ProfileRemovedReply>

/** `errors`: of sessions that could not be removed, while the others were. */
export const PruneReply = v.looseObject({ ...RemovedReply.entries, errors: v.array(WireError) })
export type PruneReply = v.InferOutput<typeof PruneReply>

export const ProfilesReply = v.looseObject({
  schema,
  profiles: v.array(Profile),
  /** Agent definitions of the person that are not used, and why. Absent when there are none. */
  warnings: v.optional(v.array(v.string())),
})
export type ProfilesReply = v.InferOutput<typeof ProfilesReply>

export const ProfileReply = v.looseObject({ schema, profile: ProfileDetail })
export type ProfileReply = v.InferOutput<typeof ProfileReply>

/** The reply to a new profile: the profile, and the sentence that says how to log in. */
export const NewProfileReply = v.looseObject({ schema, profile: ProfileDetail, nextStep: v.string() })
export type NewProfileReply = v.InferOutput<typeof NewProfileReply>

/** The reply to a changed profile. `notices`: what the person should be told, as sentences. */
export const ChangedProfileReply = v.looseObject({ schema, profile: ProfileDetail, notices: v.array(v.string()) })
export type ChangedProfileReply = v.InferOutput<typeof ChangedProfileReply>

/** The new name of a session or a profile. */
export const RenameRequest = v.object({ name: v.string() })
export type RenameRequest = v.InferOutput<typeof RenameRequest>

/** What turns an environment into one of the profile, for what perch does not start. Values are not masked. */
export const EnvironmentReply = v.looseObject({
  schema,
  profile: v.string(),
  agent: v.string(),
  /** Pinned: it stands until `returnEnvironment`, or the end of the profile. Null on the agent's plain home. */
  runtime: v.nullable(v.string()),
  set: TextRecord,
  unset: v.array(v.string()),
  /** What the person should be told, as sentences. */
  notices: v.array(v.string()),
})
export type EnvironmentReply = v.InferOutput<typeof EnvironmentReply>

/** `why`: what else keeps the runtime standing; null when it is gone. */
export const UnpinnedReply = v.looseObject({ schema, wasPinned: v.boolean(), why: v.nullable(v.string()) })
export type UnpinnedReply = v.InferOutput<typeof UnpinnedReply>

export const DaemonInfo = v.looseObject({ pid: v.number(), version: v.string(), startedAt: v.string(), sessions: v.number() })
export type DaemonInfo = v.InferOutput<typeof DaemonInfo>

export const DaemonReply = v.looseObject({ schema, protocol: v.number(), daemon: DaemonInfo })
export type DaemonReply = v.InferOutput<typeof DaemonReply>

export const DoneReply = v.looseObject({ schema })

/** Every failed request: an HTTP status above 399 and this. */
export const ErrorReply = v.looseObject({
  schema,
  error: v.looseObject({ code: v.string(), message: v.string(), hint: v.nullable(v.string()) }),
})
export type ErrorReply = v.InferOutput<typeof ErrorReply>

/** `<state>/daemon.json`: where the daemon listens, for those who see another `XDG_RUNTIME_DIR`. */
export const DaemonAddress = v.looseObject({
  socket: v.string(),
  pid: v.number(),
  version: v.string(),
  protocol: v.number(),
  startedAt: v.string(),
  /** The identity of the process, beside its pid: as in `ProcessIdentity`. */
  startTime: v.optional(v.string()),
  bootId: v.optional(v.string()),
})
export type DaemonAddress = v.InferOutput<typeof DaemonAddress>
