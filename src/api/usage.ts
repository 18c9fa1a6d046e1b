/** What accounts have used and have left, as `perch usage` and `perch top` show it. Objects are loose: unknown fields are kept. */
import * as v from 'valibot'
import { Tokens } from './signal.js'

const schema = v.literal(1)
const amount = v.pipe(v.number(), v.minValue(0))

/** Of a profile's account, as its agent last heard. It may be old: `sampledAt` says so, and nothing newer is guessed. */
export const UsageWindow = v.looseObject({
  /** `5h`, `7d`, or what else an agent calls one. */
  kind: v.string(),
  /** 0 to 100, or above where the agent says so. */
  usedPercent: amount,
  /** When it begins anew (ISO 8601), which may be past; null where the agent does not say. */
  resetsAt: v.nullable(v.string()),
  /** When the agent said so (ISO 8601). */
  sampledAt: v.string(),
  /** When it would be used up at the rate of late (ISO 8601); null where that is not before the reset, or cannot be said. */
  fullAt: v.optional(v.nullable(v.string())),
})
export type UsageWindow = v.InferOutput<typeof UsageWindow>

const totals = {
  tokens: Tokens,
  /** The agents' own estimate, in US dollars. */
  costUsd: amount,
  requests: amount,
  errors: amount,
  /** Of the requests those whose cost nobody has said: it is not in `costUsd`. */
  unpriced: v.optional(amount),
}

export const ProfileUsage = v.looseObject({
  name: v.string(),
  agent: v.string(),
  windows: v.array(UsageWindow),
  ...totals,
  /** When anything was last heard of it (ISO 8601); null when nothing ever was. */
  lastAt: v.nullable(v.string()),
  /** There is no such profile any more; its name is what it had, and ` (removed)`. */
  removed: v.optional(v.boolean()),
  /** Signals that were dropped before a daemon could take them over: they are in none of the sums. */
  missed: v.optional(amount),
  /** The percentage from which on the person wants to be told. */
  warnAt: v.optional(amount),
  /** It shares no conversations with the others: none of theirs can go on under it. */
  isolated: v.optional(v.boolean()),
})
export type ProfileUsage = v.InferOutput<typeof ProfileUsage>

export const usageGroupings = ['session', 'model', 'day', 'folder'] as const
export const UsageGrouping = v.picklist(usageGroupings)
export type UsageGrouping = v.InferOutput<typeof UsageGrouping>

export const UsageRow = v.looseObject({
  /** What the row is of: a session's id, a model, a day (`2026-11-28`, in the zone that was asked for), a folder. */
  key: v.string(),
  profile: v.string(),
  ...totals,
  lastAt: v.nullable(v.string()),
  /** Of a session: the name that it had. */
  name: v.optional(v.nullable(v.string())),
})
export type UsageRow = v.InferOutput<typeof UsageRow>

export const UsageReply = v.looseObject({
  schema,
  /** From when on usage is summed (ISO 8601); null for all there is. Windows are always the latest. */
  since: v.nullable(v.string()),
  profiles: v.array(ProfileUsage),
  /** By the grouping that was asked for; empty without one. */
  rows: v.array(UsageRow),
  /** What a person should know of these numbers, as sentences. */
  notices: v.optional(v.array(v.string())),
})
export type UsageReply = v.InferOutput<typeof UsageReply>

/** Of which home the transcripts are to be read. */
export const UsageImportRequest = v.looseObject({ home: v.string() })
export type UsageImportRequest = v.InferOutput<typeof UsageImportRequest>

/** What reading transcripts came to. */
export const UsageImport = v.looseObject({
  files: amount,
  /** Requests that were counted now. */
  counted: v.array(v.looseObject({ profile: v.string(), requests: amount })),
  /** Requests that an earlier import has counted. */
  knownBefore: amount,
  /** Requests that sessions of perch have told themselves. */
  toldBySessions: amount,
  /** Requests of sessions that live: they tell themselves, or the next import does. */
  leftForLater: amount,
  tooOld: amount,
  /** Lines that are too long to have been written by the agent. */
  unreadableLines: amount,
  unreadableFiles: amount,
  /** Of the unreadable files the first few, with why. */
  problems: v.array(v.string()),
})
export type UsageImport = v.InferOutput<typeof UsageImport>

export const UsageImportReply = v.looseObject({ schema, imported: UsageImport })
