/**
 * What the daemon hands to a new host on its standard input (never on disk: the environment may hold secrets), and the
 * one line that the host answers on its standard output.
 */
import * as v from 'valibot'
import { HostStatus, WireError } from './host-protocol.js'
import { SessionRecord } from './session-record.js'
import { SignalPlan } from './signal-plan.js'
import { TextRecord } from './text-record.js'

export const HostLimits = v.object({
  log: v.picklist(['disk', 'memory']),
  /** Bytes of log kept on disk for the session. */
  logBytes: v.number(),
  /** Bytes kept in memory for each stream. */
  memoryBytes: v.number(),
  /** How long the pipes of a child that left descendants behind stay open. */
  drainMs: v.number(),
})
export type HostLimits = v.InferOutput<typeof HostLimits>

export const HostSpec = v.looseObject({
  /** As it will be written by the host, who fills in `host` and `child`. */
  record: v.omit(SessionRecord, ['host', 'child']),
  folder: v.string(),
  /** The state folder, so that the host can find and start a daemon again. */
  stateFolder: v.string(),
  env: TextRecord,
  /** The resolved absolute path of the program; `record.argv` is what the child sees. */
  program: v.string(),
  umask: v.optional(v.number()),
  openFilesLimit: v.optional(v.number()),
  nice: v.optional(v.number()),
  /** A client attaches right after the start (`block`): a pipe child is held back until it has, so that it misses nothing. */
  expectsClient: v.optional(v.boolean()),
  limits: HostLimits,
  /** How to hear what the agent tells officially; absent for what is no agent, and none that tells anything. */
  signals: v.optional(SignalPlan),
})
export type HostSpec = v.InferOutput<typeof HostSpec>

/** The host's first and only line on standard output: the child runs, or why it does not. */
export const HostReady = v.union([
  v.looseObject({ ok: v.literal(true), record: SessionRecord, status: v.optional(HostStatus) }),
  v.looseObject({ ok: v.literal(false), error: WireError }),
])
export type HostReady = v.InferOutput<typeof HostReady>
