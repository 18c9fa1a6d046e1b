/**
 * What a shared document becomes by what a session changed in its replica: the merge, and what to do when one of the two is
 * broken or was reset. Reads both, writes neither.
 */

import type { DocumentPlace } from '../document-place.js'
import type { LockFolder } from '../locks/client-locks.js'
import type { RuntimeContext } from '../runtime-context.js'
import { CLIENT_STYLE, documentText, styleOf } from '../sync/json-text.js'
import type { JsonObject } from '../sync/json-value.js'
import { type MergeConflict, type MergeOptions, mergeThreeWay } from '../sync/merge-three-way.js'
import { restorePrivate } from '../sync/private-keys.js'
import { keepBytesAside } from '../tree/kept-aside.js'
import { type DocumentFile, readDocumentFile } from './document-file.js'
import { readBase } from './documents.js'

export type WholeDocument = Extract<DocumentFile, { kind: 'document' }>

export type SharedWritePlan =
  | { readonly kind: 'refused'; readonly why: string }
  | { readonly kind: 'shrunk' }
  | {
      readonly kind: 'planned'
      readonly theirs: JsonObject
      readonly merged: JsonObject
      /** What to write; null when the shared document says it already. */
      readonly text: string | null
      readonly later: 'ours' | 'theirs'
      readonly conflicts: readonly MergeConflict[]
      /** Bytes of a shared document that was reset, to be kept aside. */
      readonly reset: Uint8Array | null
    }

/** Decides what the shared document becomes by the changes of the replica. Writes nothing. */
export function planSharedWrite(
  context: RuntimeContext,
  place: DocumentPlace,
  path: string,
  replica: WholeDocument,
): SharedWritePlan {
  const shared = readDocumentFile(path)
  if (shared.kind === 'corrupt') {
    const why = `${path} is not a JSON document, so what the session changed waits in ${place.replica}`
    context.journal.write({ what: 'not-merged', name: place.definition.name, to: path, why })
    return { kind: 'refused', why }
  }
  const theirs = shared.kind === 'document' ? shared.document : {}
  const base = readBase(place)
  const later = shared.kind === 'document' && shared.mtimeMs >= replica.mtimeMs ? 'theirs' : 'ours'
  const options = { ...mergeRulesOf(place), later } as const
  const style = shared.kind === 'document' ? styleOf(shared.bytes) : CLIENT_STYLE
  const result = mergeThreeWay(base, replica.document, theirs, options)
  if (result.outcome === 'merged') {
    const text = result.changed ? documentText(result.document, style) : null
    return { kind: 'planned', theirs, merged: result.document, text, later, conflicts: result.conflicts, reset: null }
  }
  if (result.side === 'ours') return { kind: 'shrunk' }
  // A client reset the shared document: it gets back what all sides last agreed on, with the session's changes.
  const restored = mergeThreeWay(base, replica.document, restorePrivate(base, theirs, place.keys), options)
  if (restored.outcome !== 'merged') return { kind: 'shrunk' }
  return {
    kind: 'planned',
    theirs,
    merged: restored.document,
    text: documentText(restored.document, style),
    later,
    conflicts: restored.conflicts,
    reset: shared.kind === 'document' ? shared.bytes : null,
  }
}

/** The rules of the document, less which side is the later. */
export function mergeRulesOf(place: DocumentPlace): Omit<MergeOptions, 'later'> {
  return { privateKeys: place.keys, mergeDepth: place.definition.mergeDepth, quietKeys: place.definition.quietKeys }
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
    keepBytesAside(context, place.definition.name, JSON.stringify(losers, null, 2), 'the same keys were changed on both sides')
  }
}
