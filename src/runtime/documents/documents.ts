/**
 * The documents of a runtime: JSON files of which every profile has a replica. Seeds a replica from the shared one without
 * its private keys. The base is stored before the replica, so a crash in between leaves one that is seeded again.
 */
import { lstatSync } from 'node:fs'
import { writeJsonAtomic } from '../../platform/files/atomic-file.js'
import { applyOverlay, overlayPaths } from '../../profiles/settings-overlay.js'
import type { DocumentPlace } from '../document-place.js'
import type { RuntimeContext } from '../runtime-context.js'
import { reached } from '../runtime-step.js'
import { CLIENT_STYLE } from '../sync/json-style.js'
import type { JsonObject } from '../sync/json-value.js'
import { restorePrivate, stripPrivate } from '../sync/private-keys.js'
import type { DocumentFile } from './document-file.js'
import { type DocumentMemory, documentMemory } from './document-memory.js'
import { readBase, readOwnKeys, storeBase } from './profile-part.js'
import { replaceDocument } from './replace-document.js'

/**
 * Writes the replica of a build, unless there is one already. A shared document that does not parse is left alone: the
 * profile then starts from what it last saw.
 */
export function seedDocument(context: RuntimeContext, place: DocumentPlace, memory: DocumentMemory = documentMemory): void {
  if (lstatSync(place.replica, { throwIfNoEntry: false }) !== undefined) return
  const shared: DocumentFile = place.shared === null ? { kind: 'absent' } : memory.read(place.shared)
  if (shared.kind === 'unreadable') {
    context.notices.push(`${place.shared} ${shared.why}: it is left alone, the profile starts from its last known state.`)
  }
  const source = shared.kind === 'document' ? shared.document : shared.kind === 'unreadable' ? readBase(place, memory) : {}
  const crossing = stripPrivate(source, place.keys)
  const replica = replicaOf(place, crossing, readOwnKeys(place, memory), source)
  storeBase(context, place, crossing, memory)
  writeJsonAtomic(place.seededOverlay, overlayPaths(place.overlay))
  reached('document-base-stored')
  if (shared.kind !== 'absent' || Object.keys(replica).length > 0) {
    const text = memory.compose(replica, shared.kind === 'document' ? shared.style : CLIENT_STYLE)
    // Unless a client has made its own meanwhile: that one is merged.
    replaceDocument(place.replica, text, { expected: 'no-file', durable: false })
  }
  reached('document-seeded')
}

/** A replica made of what is shared and what the profile has of its own, in the order of `order`. */
export function replicaOf(place: DocumentPlace, crossing: JsonObject, own: JsonObject, order: JsonObject): JsonObject {
  return applyOverlay(restorePrivate(crossing, own, place.keys, order), place.overlay)
}
