/** The shapes of live sync as the API and `--json` show them. */
import * as v from 'valibot'

const schema = v.literal(1)

/** One part of a runtime: the login, a document, or the tree of all else. */
export const SyncPart = v.looseObject({
  name: v.string(),
  state: v.picklist(['in-step', 'waiting', 'blocked']),
  /** Null when it is in step. */
  why: v.nullable(v.string()),
  since: v.string(),
})
export type SyncPart = v.InferOutput<typeof SyncPart>

export const SyncStatus = v.looseObject({
  profile: v.string(),
  /** `plain-home`: what the others share; `isolated`: shares nothing; `none`: its agent has nothing to share. */
  sharing: v.picklist(['shared', 'isolated', 'plain-home', 'none']),
  /** Whether its runtime stands and is kept in step now. */
  live: v.boolean(),
  linkMode: v.nullable(v.picklist(['link', 'copy'])),
  /** How changes are noticed while it is live. */
  watching: v.nullable(
    v.looseObject({
      kind: v.picklist(['events', 'poll']),
      folders: v.nullable(v.number()),
      /** Why by polling. */
      why: v.nullable(v.string()),
    }),
  ),
  lastPassAt: v.nullable(v.string()),
  parts: v.array(SyncPart),
  /** Kept conflicts that wait for a decision. */
  conflicts: v.number(),
  /** What of an ended session is not taken over yet, and why; null when all is. */
  unmerged: v.nullable(v.string()),
})
export type SyncStatus = v.InferOutput<typeof SyncStatus>

export const SyncStatusReply = v.looseObject({ schema, profiles: v.array(SyncStatus) })

export const SyncEntry = v.looseObject({
  at: v.string(),
  profile: v.string(),
  what: v.string(),
  name: v.string(),
  from: v.optional(v.string()),
  to: v.optional(v.string()),
  why: v.optional(v.string()),
})
export type SyncEntry = v.InferOutput<typeof SyncEntry>

export const SyncLogReply = v.looseObject({ schema, entries: v.array(SyncEntry) })

/** Something that lost and was kept. */
export const SyncConflict = v.looseObject({
  id: v.string(),
  profile: v.string(),
  name: v.string(),
  at: v.string(),
  kind: v.picklist(['file', 'login', 'keys']),
  why: v.nullable(v.string()),
  /** Whether a person has decided it, and may do so again. */
  decided: v.boolean(),
  /** Where the copy lies that was kept. */
  kept: v.string(),
  /** Where the current one lies. */
  current: v.string(),
  bytes: v.number(),
})
export type SyncConflict = v.InferOutput<typeof SyncConflict>

export const SyncConflictsReply = v.looseObject({ schema, conflicts: v.array(SyncConflict) })

export const ResolveRequest = v.looseObject({
  profile: v.optional(v.string()),
  /** Ids or unique beginnings of ids; all open conflicts when absent. */
  ids: v.optional(v.array(v.string())),
  take: v.picklist(['kept', 'current']),
})
export type ResolveRequest = v.InferOutput<typeof ResolveRequest>

export const ResolveReply = v.looseObject({ schema, resolved: v.array(SyncConflict) })
