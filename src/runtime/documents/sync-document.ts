/**
 * One pass over one document while sessions of the profile run: the replica gets what the shared document has become, and the
 * other way round. Writes under the client's own locks, for a short time, or not at all. Nothing is followed that looks like a
 * reset, a deletion of the whole document or half a write.
 */
import { errnoOf, messageOf, PerchError } from '../../platform/perch-error.js'
import type { DocumentPlace } from '../document-place.js'
import type { PassOutcome } from '../live/pass-outcome.js'
import { withClientLocks } from '../locks/client-locks.js'
import type { RuntimeContext } from '../runtime-context.js'
import { type DocumentMemory, documentMemory } from './document-memory.js'
import { documentLocks, mergeOptions } from './document-plan.js'
import { seedDocument } from './documents.js'
import { type DocumentSides, lookAtDocument } from './look-at-document.js'
import { type MergedSides, mergeSides } from './merge-sides.js'
import { storeBase, storeOwnKeys } from './profile-part.js'
import { writeSides } from './write-sides.js'

/** The client writes again and again: what it has written by then is taken with the next change. */
const ATTEMPTS = 3

/** A client holds its lock for one write. */
const LOCKED_AGAIN_MS = 50

const IN_STEP: PassOutcome = { state: 'in-step' }

/**
 * Brings the replica and the shared document in step. Under the profile's lock and the lock of the shared home. With nothing
 * changed since the last pass this costs a few stats.
 * @throws the system error, for what neither a person nor the next pass can do anything about
 */
export async function syncDocument(
  context: RuntimeContext,
  place: DocumentPlace,
  memory: DocumentMemory = documentMemory,
): Promise<PassOutcome> {
  try {
    for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
      const outcome = await pass(context, place, memory)
      if (outcome !== 'changed-meanwhile') return outcome
    }
    return { state: 'waiting', why: `${place.replica} is being written to`, againInMs: LOCKED_AGAIN_MS }
  } catch (error) {
    const isOfPerson = error instanceof PerchError || ['EACCES', 'EPERM', 'EIO'].includes(errnoOf(error) ?? '')
    if (!isOfPerson) throw error
    return { state: 'blocked', why: messageOf(error) }
  }
}

async function pass(
  context: RuntimeContext,
  place: DocumentPlace,
  memory: DocumentMemory,
): Promise<PassOutcome | 'changed-meanwhile'> {
  const look = lookAtDocument(place, memory)
  switch (look.kind) {
    case 'outcome':
      return look.outcome
    case 'isolated':
      storeOwnKeys(place, look.replica, memory)
      return IN_STEP
    case 'replica-is-gone':
      return await underLocks(context, place, [place.replica], () => {
        seedDocument(context, place, memory)
        context.journal.write({ what: 'restored', name: place.definition.name, to: place.replica, why: 'it was gone' })
        return IN_STEP
      })
    case 'sides':
      return await passOver(context, place, look, memory)
  }
}

async function passOver(
  context: RuntimeContext,
  place: DocumentPlace,
  sides: DocumentSides,
  memory: DocumentMemory,
): Promise<PassOutcome | 'changed-meanwhile'> {
  if (memory.passes.isSettled(place.replica, sides.replica.document, sides.seen)) return IN_STEP
  const plan = planOf(place, sides)
  const written = [
    ...(plan.hub === sides.hubDocument ? [] : [sides.hubPath]),
    ...(plan.replica === sides.replica.document ? [] : [place.replica]),
  ]
  if (written.length === 0) {
    // What the replica has of its own may have changed alone, or the base be behind after a crash.
    storeOwnKeys(place, plan.replica, memory)
    if (plan.base !== sides.base) storeBase(context, place, plan.base, memory)
    memory.passes.settle(place.replica, sides.replica.document, sides.seen)
    return IN_STEP
  }
  return await underLocks(context, place, written, () => {
    // Whoever held the lock may have written.
    const now = lookAtDocument(place, memory)
    if (now.kind !== 'sides' || now.seen.some((value, at) => value !== sides.seen[at])) return 'changed-meanwhile'
    return writeSides(context, place, sides, plan, memory) ? IN_STEP : 'changed-meanwhile'
  })
}

function planOf(place: DocumentPlace, sides: DocumentSides): MergedSides {
  const { replica, hub, base, own } = sides
  const documents = { replica: replica.document, hub: sides.hubDocument, base, own }
  return mergeSides(place, documents, mergeOptions(place, replica, hub))
}

async function underLocks(
  context: RuntimeContext,
  place: DocumentPlace,
  paths: readonly string[],
  action: () => PassOutcome | 'changed-meanwhile',
): Promise<PassOutcome | 'changed-meanwhile'> {
  const locks = paths.flatMap((path) => documentLocks(place, path))
  const locked = await withClientLocks(context, locks, 0, action)
  if (locked.busy === null) return locked.value
  return { state: 'waiting', why: `the agent holds ${locked.busy}`, againInMs: LOCKED_AGAIN_MS }
}
