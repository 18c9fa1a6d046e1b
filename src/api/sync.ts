/** The shapes of live sync as the API and `--json` show them. */
import * as v from 'valibot'
import { WireError } from './host-protocol.js'

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
  /** What is wrong with the profile's own file; null when nothing is. */
  problem: v.nullable(v.string()),
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

/** A key of a document with both values, as short texts: neither objects nor secrets are shown. */
export const ConflictKey = v.looseObject({ path: v.array(v.string()), kept: v.string(), current: v.string() })
export type ConflictKey = v.InferOutput<typeof ConflictKey>

/** Something that lost, or was only not thrown away, and is kept. Of a login nothing but its name and size is known here. */
export const SyncConflict = v.looseObject({
  id: v.string(),
  profile: v.string(),
  name: v.string(),
  at: v.string(),
  kind: v.picklist(['file', 'folder', 'login', 'keys']),
  /**
   * `open`: waits for a decision. `decided`: what a person's decision replaced, so that it can be undone. `leftover`: kept only
   * so that nothing is lost. `gone`: only the record is left.
   */
  state: v.picklist(['open', 'decided', 'leftover', 'gone']),
  why: v.nullable(v.string()),
  /** Where the copy lies that was kept; null when it is gone. */
  kept: v.nullable(v.string()),
  /** Where the current one lies, and the kept one would be put back to; null when there is no such place. */
  current: v.nullable(v.string()),
  /** Null for a folder. */
  bytes: v.nullable(v.number()),
  /** Of the kind `keys`. */
  keys: v.optional(v.array(ConflictKey)),
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

/** `undo`: the id of the one that was replaced, and is kept now; null when nothing was. */
export const ResolvedConflict = v.looseObject({ ...SyncConflict.entries, undo: v.nullable(v.string()) })
export type ResolvedConflict = v.InferOutput<typeof ResolvedConflict>

/** `errors`: of conflicts that could not be resolved, while the others were. */
export const ResolveReply = v.looseObject({ schema, resolved: v.array(ResolvedConflict), errors: v.array(WireError) })
