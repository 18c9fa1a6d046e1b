/**
 * What the shared document (the hub) and a replica become by what both have changed since their base. Pure. A side that was
 * reset is not followed but gets back what all last agreed on; a hub that is gone gets everything that the replica has, for
 * nobody deletes a document key by key.
 */
import { applyOverlay } from '../../profiles/settings-overlay.js'
import type { DocumentPlace } from '../document-place.js'
import { isSameJson, type JsonObject, ownValue } from '../sync/json-value.js'
import { type MergeConflict, type MergeOptions, mergeThreeWay } from '../sync/merge-three-way.js'
import { restorePrivate, stripPrivate, takePrivate } from '../sync/private-keys.js'
import { isShrunk } from '../sync/shrink-guard.js'
import { replicaOf } from './documents.js'

export interface Sides {
  readonly base: JsonObject
  readonly replica: JsonObject
  /** Null when there is no shared document. */
  readonly hub: JsonObject | null
  /** The profile's private keys as they were last kept. */
  readonly own: JsonObject
}

export interface MergedHub {
  readonly kind: 'merged'
  /** The same object as before, or still null, when nothing in it changes. */
  readonly hub: JsonObject | null
  readonly conflicts: readonly MergeConflict[]
  readonly wasReset: boolean
}

/** Each is the same object as before when nothing in it changes. */
export interface MergedSides {
  readonly hub: JsonObject | null
  readonly replica: JsonObject
  readonly base: JsonObject
  readonly conflicts: readonly MergeConflict[]
  /** What is not followed but restored. */
  readonly reset: { readonly hub: boolean; readonly replica: boolean }
}

/** The hub by the changes of the replica. */
export function mergeIntoHub(
  { base, replica, hub }: Omit<Sides, 'own'>,
  options: MergeOptions,
): MergedHub | { readonly kind: 'replica-was-reset' } {
  if (isShrunk(base, stripPrivate(replica, options.privateKeys))) return { kind: 'replica-was-reset' }
  const result = mergeThreeWay(hub === null ? {} : base, replica, hub ?? {}, options)
  if (result.outcome === 'merged') {
    return { kind: 'merged', hub: result.changed ? result.document : hub, conflicts: result.conflicts, wasReset: false }
  }
  if (hub === null) return { kind: 'replica-was-reset' }
  const restored = mergeThreeWay(base, replica, restorePrivate(base, hub, options.privateKeys), options)
  if (restored.outcome !== 'merged') return { kind: 'replica-was-reset' }
  return { kind: 'merged', hub: restored.document, conflicts: restored.conflicts, wasReset: true }
}

/** Both sides by the changes of both. */
export function mergeSides(place: DocumentPlace, sides: Sides, options: MergeOptions): MergedSides {
  const outward = mergeIntoHub(sides, options)
  if (outward.kind === 'replica-was-reset') return restoreReplica(place, sides)
  const { hub, conflicts, wasReset } = outward
  if (hub === null) return { ...sides, conflicts: [], reset: { hub: false, replica: false } }
  // The hub says what was decided: wherever the replica says something else, that counts.
  const inward = mergeThreeWay(sides.base, hub, sides.replica, { ...options, later: 'ours' })
  const replica =
    inward.outcome !== 'merged'
      ? restorePrivate(stripPrivate(hub, place.keys), sides.replica, place.keys, sides.replica)
      : inward.changed
        ? inward.document
        : sides.replica
  const base = inCommon(stripPrivate(hub, place.keys), stripPrivate(replica, place.keys))
  return {
    hub,
    replica,
    base: isSameJson(base, sides.base) ? sides.base : base,
    conflicts,
    reset: { hub: wasReset, replica: false },
  }
}

/** The replica as it would be seeded now, with the private keys that the reset one holds: they are of a login since. */
function restoreReplica(place: DocumentPlace, { base, replica, hub, own }: Sides): MergedSides {
  const isHubReset = hub !== null && isShrunk(base, stripPrivate(hub, place.keys))
  const restored = hub === null ? base : isHubReset ? restorePrivate(base, hub, place.keys) : hub
  const crossing = stripPrivate(restored, place.keys)
  const latest = applyOverlay(own, takePrivate(replica, place.keys))
  return {
    hub: restored,
    replica: replicaOf(place, crossing, latest, restored),
    base: crossing,
    conflicts: [],
    reset: { hub: isHubReset, replica: true },
  }
}

/**
 * What both say. They say the same, except where one side holds private keys in an object in whose place the other has put
 * something else; a base with either in it would make the other side's a deletion.
 */
function inCommon(a: JsonObject, b: JsonObject): JsonObject {
  if (isSameJson(a, b)) return a
  return Object.fromEntries(
    Object.entries(a).filter(([key, value]) => Object.hasOwn(b, key) && isSameJson(value, ownValue(b, key))),
  )
}
