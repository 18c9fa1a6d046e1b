/**
 * What a shared document becomes by what a session changed in its replica, and what both documents' merges have in common: the
 * rules, the client's locks, and what is told of conflicts. Writes no document.
 */
import { readFileSync } from 'node:fs'
import type { DocumentPlace } from '../document-place.js'
import type { LockFolder } from '../locks/client-locks.js'
import type { RuntimeContext } from '../runtime-context.js'
import type { MergeConflict, MergeOptions } from '../sync/merge-three-way.js'
import { keepBytesAside } from '../tree/kept-aside.js'
import type { DocumentFile } from './document-file.js'
import { documentMemory } from './document-memory.js'
import { writtenMsOf } from './file-mark.js'
import { type MergedHub, mergeIntoHub } from './merge-sides.js'
import { readBase } from './profile-part.js'

export type WholeDocument = Extract<DocumentFile, { kind: 'document' }>

export type SharedWritePlan =
  | { readonly kind: 'refused'; readonly why: string }
  | { readonly kind: 'replica-was-reset' }
  | (MergedHub & { /** Null when there is none. */ readonly before: WholeDocument | null })

/** Decides what the shared document becomes by the changes of the replica. Writes nothing. */
export function planSharedWrite(
  context: RuntimeContext,
  place: DocumentPlace,
  path: string,
  replica: WholeDocument,
): SharedWritePlan {
  const shared = documentMemory.read(path, { like: replica.document })
  if (shared.kind === 'unreadable') {
    const why = `${path} ${shared.why}, so what the session changed waits in ${place.replica}`
    context.journal.write({ what: 'not-merged', name: place.definition.name, to: path, why })
    return { kind: 'refused', why }
  }
  const before = shared.kind === 'document' ? shared : null
  const sides = { base: readBase(place), replica: replica.document, hub: before?.document ?? null }
  const plan = mergeIntoHub(sides, mergeOptions(place, replica, before))
  return plan.kind === 'merged' ? { ...plan, before } : plan
}

/** The rules of the document; of two changes of one key the one in the file that was written later counts. */
export function mergeOptions(place: DocumentPlace, replica: WholeDocument, hub: WholeDocument | null): MergeOptions {
  const { mergeDepth, quietKeys } = place.definition
  const isHubLater = hub !== null && writtenMsOf(hub.mark) >= writtenMsOf(replica.mark)
  return { privateKeys: place.keys, mergeDepth, quietKeys, later: isHubLater ? 'theirs' : 'ours' }
}

/** The client's lock around a write of the document at `path`. */
export function documentLocks(place: DocumentPlace, path: string): readonly LockFolder[] {
  const staleMs = place.definition.lockStaleMs
  return staleMs === null ? [] : [{ path: `${path}.lock`, staleMs }]
}

/** Tells of the conflicts, and keeps what lost. To be called before the winner is written. */
export function reportConflicts(context: RuntimeContext, place: DocumentPlace, conflicts: readonly MergeConflict[]): void {
  for (const { path, winner } of conflicts) {
    const who = winner === 'ours' ? 'the session' : 'the shared document'
    context.journal.write({ what: 'conflict', name: place.definition.name, why: `${path.join('.')}: ${who} was written later` })
  }
  const losers = conflicts.map(({ path, winner, lost }) => ({ path, winner, lost }))
  if (losers.length > 0) {
    const why = 'the same keys were changed on both sides'
    const belongs = place.shared === null ? undefined : ({ kind: 'keys', target: place.shared } as const)
    keepBytesAside(context, place.definition.name, JSON.stringify(losers, null, 2), why, belongs)
  }
}

/** Keeps the text of a document that was reset, before it is restored. */
export function keepResetAside(context: RuntimeContext, place: DocumentPlace, path: string): void {
  keepBytesAside(context, place.definition.name, readFileSync(path), 'it had lost most of its keys and was restored')
}
