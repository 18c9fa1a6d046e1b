/**
 * Brings what a session changed in its replica of a document into the shared one, and its private keys into the profile.
 * Writes under the client's own lock, or not at all; what could not be merged stays where it is, for the next acquire.
 */

import type { DocumentPlace } from '../document-place.js'
import { CLIENT_LOCK_WAIT_MS, withClientLocks } from '../locks/client-locks.js'
import type { RuntimeContext } from '../runtime-context.js'
import { reached } from '../runtime-step.js'
import { CLIENT_STYLE } from '../sync/json-style.js'
import { ownFingerprintOf } from '../tree/fingerprint.js'
import { moveAside } from '../tree/kept-aside.js'
import { documentMemory } from './document-memory.js'
import { documentLocks, keepResetAside, planSharedWrite, reportConflicts, type WholeDocument } from './document-plan.js'
import { advanceBase, storeOwnKeys } from './profile-part.js'
import { replaceDocument } from './replace-document.js'

/** Null when everything is merged, else why not. */
export type Unmerged = string | null

/** Merges a replica that nobody uses any more. */
export async function drainDocument(context: RuntimeContext, place: DocumentPlace): Promise<Unmerged> {
  // Before it is read: whatever is written after this moment must not count as merged.
  const seen = ownFingerprintOf(place.replica)
  const replica = documentMemory.read(place.replica)
  if (replica.kind === 'absent') return null
  context.mergedReplicas.set(place.replica, seen)
  if (replica.kind === 'unreadable') {
    moveAside(context, place.replica, 'the session left it unreadable')
    return null
  }
  if (place.shared === null) {
    storeOwnKeys(place, replica.document)
    return null
  }
  const plan = planSharedWrite(context, place, place.shared, replica)
  if (plan.kind === 'refused') return plan.why
  if (plan.kind === 'replica-was-reset') return dropReset(context, place)
  storeOwnKeys(place, replica.document)
  reached('drain-private-stored')
  if (plan.hub !== (plan.before?.document ?? null)) {
    const written = await writeUnderLock(context, place, place.shared, replica)
    if (written !== null) return written
  }
  reached('drain-document-stored')
  advanceBase(context, place, replica.document)
  return null
}

/** Decides once more under the lock: the client may have written in between. */
async function writeUnderLock(
  context: RuntimeContext,
  place: DocumentPlace,
  path: string,
  replica: WholeDocument,
): Promise<Unmerged> {
  const locked = await withClientLocks(context, documentLocks(place, path), CLIENT_LOCK_WAIT_MS, (): Unmerged => {
    const plan = planSharedWrite(context, place, path, replica)
    if (plan.kind === 'refused') return plan.why
    if (plan.kind === 'replica-was-reset' || plan.hub === null || plan.hub === plan.before?.document) return null
    if (plan.wasReset) keepResetAside(context, place, path)
    reportConflicts(context, place, plan.conflicts)
    const text = documentMemory.compose(plan.hub, plan.before?.style ?? CLIENT_STYLE)
    if (replaceDocument(path, text, { expected: plan.before?.mark ?? 'no-file', durable: true }) === null) {
      return `${path} is being written to`
    }
    context.journal.write({ what: 'merged', name: place.definition.name, from: place.replica, to: path })
    return null
  })
  return locked.busy === null ? locked.value : `the agent holds ${locked.busy}`
}

/** A replica that was reset is not followed: the shared document and the profile's keys stay, and a new replica is made of them. */
function dropReset(context: RuntimeContext, place: DocumentPlace): Unmerged {
  const { name } = place.definition
  context.journal.write({ what: 'not-followed', name, from: place.replica, why: 'it lost most of its keys' })
  moveAside(context, place.replica, 'it had lost most of its keys and was not followed')
  return null
}
