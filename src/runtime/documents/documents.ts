/**
 * The documents of a runtime: JSON files of which every profile has a replica. Seeds a replica from the shared one without
 * its private keys, and merges a replica back key by key against the base it was seeded from. The base is stored before
 * the replica, and a replica only goes after its changes are in the shared document, so a crash between any two steps
 * is repaired by merging again.
 */
import { join } from 'node:path'
import { ensureFolder, readFileIfPresent, writeFileAtomic, writeJsonAtomic } from '../../platform/files/atomic-file.js'
import { applyOverlay, overlayPaths } from '../../profiles/settings-overlay.js'
import type { DocumentPlace } from '../document-place.js'
import type { RuntimeContext } from '../runtime-context.js'
import { reached } from '../runtime-step.js'
import { CLIENT_STYLE, documentText, parseDocument, styleOf } from '../sync/json-text.js'
import { isSameJson, type JsonObject } from '../sync/json-value.js'
import { restorePrivate, stripPrivate, takePrivate } from '../sync/private-keys.js'
import { type DocumentFile, readDocumentFile } from './document-file.js'

/**
 * Writes the replica of a build, unless there is one already. A shared document that does not parse is left alone: the
 * profile then starts from what it last saw.
 */
export function seedDocument(context: RuntimeContext, place: DocumentPlace): void {
  if (readDocumentFile(place.replica).kind !== 'absent') return
  const shared: DocumentFile = place.shared === null ? { kind: 'absent' } : readDocumentFile(place.shared)
  if (shared.kind === 'corrupt') {
    context.notices.push(
      `${place.shared ?? ''} is not a JSON document: it is left alone, the profile starts from its last known state.`,
    )
  }
  const source = shared.kind === 'document' ? shared.document : shared.kind === 'corrupt' ? readBase(place) : {}
  const crossing = stripPrivate(source, place.keys)
  const own = restorePrivate(crossing, readOwn(place), place.keys, source)
  const replica = applyOverlay(own, place.overlay)
  storeBase(context, place, crossing)
  writeJsonAtomic(place.seededOverlay, overlayPaths(place.overlay))
  reached('document-base-stored')
  if (shared.kind !== 'absent' || Object.keys(replica).length > 0) {
    writeFileAtomic(place.replica, documentText(replica, shared.kind === 'document' ? styleOf(shared.bytes) : CLIENT_STYLE))
  }
  reached('document-seeded')
}

/** Keeps the private keys of the replica with the profile. What the overlay set is not the session's to keep. */
export function storeOwnKeys(place: DocumentPlace, replica: JsonObject): void {
  const own = stripPrivate(takePrivate(replica, place.keys), place.overlayKeys)
  const before = readFileIfPresent(place.own)
  if (before === undefined ? Object.keys(own).length === 0 : isSameJson(parseDocument(before), own)) return
  writeFileAtomic(place.own, documentText(own, CLIENT_STYLE), { durable: true })
}

/**
 * Moves the base on to a replica whose changes are all in the shared document now. A replica that stays would otherwise
 * bring the same changes again, over what others wrote in between.
 */
export function advanceBase(context: RuntimeContext, place: DocumentPlace, replica: JsonObject): void {
  const crossing = stripPrivate(replica, place.keys)
  if (!isSameJson(readBase(place), crossing)) storeBase(context, place, crossing)
}

/** What the replica and the shared document last had in common; empty when it is not known. */
export function readBase(place: DocumentPlace): JsonObject {
  const bytes = readFileIfPresent(place.base)
  return (bytes === undefined ? undefined : parseDocument(bytes)) ?? {}
}

export function storeBase(context: RuntimeContext, place: DocumentPlace, crossing: JsonObject): void {
  ensureFolder(join(context.folders.sync, 'base'))
  writeFileAtomic(place.base, JSON.stringify(crossing))
}

function readOwn(place: DocumentPlace): JsonObject {
  const bytes = readFileIfPresent(place.own)
  return takePrivate((bytes === undefined ? undefined : parseDocument(bytes)) ?? {}, place.keys)
}
