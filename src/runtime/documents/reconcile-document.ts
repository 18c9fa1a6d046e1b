/**
 * Brings a replica and the shared document together while sessions of the profile run. Under the locks of both, for a short
 * time, or not at all.
 */
import { writeFileAtomic } from '../../platform/files/atomic-file.js'
import type { DocumentPlace } from '../document-place.js'
import { CLIENT_LOCK_SHORT_WAIT_MS, withClientLocks } from '../locks/client-locks.js'
import type { RuntimeContext } from '../runtime-context.js'
import { documentText, styleOf } from '../sync/json-text.js'
import { isSameJson } from '../sync/json-value.js'
import { mergeThreeWay } from '../sync/merge-three-way.js'
import { stripPrivate } from '../sync/private-keys.js'
import { type DocumentFile, readDocumentFile, writeSharedDocument } from './document-file.js'
import { documentLocks, mergeRulesOf, planSharedWrite, reportConflicts } from './document-plan.js'
import { readBase, storeBase, storeOwnKeys } from './documents.js'

/**
 * Merges both ways while sessions of the profile run: each side gets what only the other changed. Gives up quietly when the
 * client is writing; the drain at the end takes what is left.
 */
export async function reconcileDocument(context: RuntimeContext, place: DocumentPlace): Promise<void> {
  if (place.shared === null) return
  const shared = place.shared
  const seen = readDocumentFile(place.replica)
  if (seen.kind === 'document' && isInStep(place, [seen, readDocumentFile(shared)])) return storeOwnKeys(place, seen.document)
  const locks = [...documentLocks(place, shared), ...documentLocks(place, place.replica)]
  await withClientLocks(context, locks, CLIENT_LOCK_SHORT_WAIT_MS, () => {
    const replica = readDocumentFile(place.replica)
    if (replica.kind !== 'document') return
    const outward = planSharedWrite(context, place, shared, replica)
    if (outward.kind !== 'planned' || outward.reset !== null) return
    const inward = mergeThreeWay(readBase(place), outward.theirs, replica.document, {
      ...mergeRulesOf(place),
      later: outward.later === 'ours' ? 'theirs' : 'ours',
    })
    if (inward.outcome !== 'merged') return
    storeOwnKeys(place, replica.document)
    reportConflicts(context, place, outward.conflicts)
    if (outward.text !== null) writeSharedDocument(shared, outward.text)
    if (inward.changed) writeFileAtomic(place.replica, documentText(inward.document, styleOf(replica.bytes)))
    storeBase(context, place, stripPrivate(outward.merged, place.keys))
  })
}

/** Whether neither side has changed: the usual case at the start of a second session, which then takes no lock of the client. */
function isInStep(place: DocumentPlace, sides: readonly DocumentFile[]): boolean {
  const base = readBase(place)
  return sides.every((side) => side.kind === 'document' && isSameJson(stripPrivate(side.document, place.keys), base))
}
