/**
 * The documents of a runtime: JSON files of which every profile has a replica. Seeds a replica from the shared one without
 * its private keys, and keeps what a profile has of its own and the base its replica is merged against. At seeding the base is
 * stored before the replica, and after a merge behind both sides: a base that says too little only leads to merging again.
 */
import { lstatSync } from 'node:fs'
import { join } from 'node:path'
import { ensureFolder, writeFileAtomic, writeJsonAtomic } from '../../platform/files/atomic-file.js'
import { applyOverlay, overlayPaths } from '../../profiles/settings-overlay.js'
import type { DocumentPlace } from '../document-place.js'
import type { RuntimeContext } from '../runtime-context.js'
import { reached } from '../runtime-step.js'
import { CLIENT_STYLE } from '../sync/json-style.js'
import { isSameJson, type JsonObject } from '../sync/json-value.js'
import { restorePrivate, stripPrivate, takePrivate } from '../sync/private-keys.js'
import type { DocumentFile } from './document-file.js'
import { type DocumentMemory, documentMemory } from './document-memory.js'
import { replaceByLink, replaceDocument } from './replace-document.js'

const EMPTY: JsonObject = {}

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
  const source =
    shared.kind === 'document' ? shared.document : shared.kind === 'unreadable' ? readOwnFile(place.base, memory) : EMPTY
  const crossing = stripPrivate(source, place.keys)
  const replica = replicaOf(place, crossing, readOwnKeys(place, memory), source)
  storeBase(context, place, crossing, memory)
  writeJsonAtomic(place.seededOverlay, overlayPaths(place.overlay))
  reached('document-base-stored')
  if (shared.kind !== 'absent' || Object.keys(replica).length > 0) {
    writeFileAtomic(place.replica, memory.compose(replica, shared.kind === 'document' ? shared.style : CLIENT_STYLE))
  }
  reached('document-seeded')
}

/** A replica made of what is shared and what the profile has of its own, in the order of `order`. */
export function replicaOf(place: DocumentPlace, crossing: JsonObject, own: JsonObject, order: JsonObject): JsonObject {
  return applyOverlay(restorePrivate(crossing, own, place.keys, order), place.overlay)
}

/** Keeps the private keys of the replica with the profile. What the overlay set is not the session's to keep. */
export function storeOwnKeys(place: DocumentPlace, replica: JsonObject, memory: DocumentMemory = documentMemory): void {
  const own = stripPrivate(takePrivate(replica, place.keys), place.overlayKeys)
  const before = memory.read(place.own, { isOwn: true, like: own })
  const isKept = before.kind === 'absent' ? Object.keys(own).length === 0 : isSameJson(documentOf(before), own)
  if (isKept) return
  const text = memory.compose(own, CLIENT_STYLE)
  const mark = replaceDocument(place.own, text, { expected: 'anything', durable: true })
  if (mark !== null) memory.wroteOwn(place.own, own, CLIENT_STYLE, mark)
}

/** The profile's private keys as they were last kept. */
export function readOwnKeys(place: DocumentPlace, memory: DocumentMemory = documentMemory): JsonObject {
  return takePrivate(readOwnFile(place.own, memory), place.keys)
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
export function readBase(place: DocumentPlace, memory: DocumentMemory = documentMemory, like?: JsonObject): JsonObject {
  return readOwnFile(place.base, memory, like)
}

/** Bases of profiles that are in step say the same, and are one file then: the larger part of what a change would write. */
export function storeBase(
  context: RuntimeContext,
  place: DocumentPlace,
  crossing: JsonObject,
  memory: DocumentMemory = documentMemory,
): void {
  ensureFolder(join(context.folders.sync, 'base'))
  const same = memory.ownFileLike(place.base, crossing)
  const linked = same === null ? null : replaceByLink(place.base, same)
  const mark =
    linked ?? replaceDocument(place.base, memory.compose(crossing, CLIENT_STYLE), { expected: 'anything', durable: false })
  if (mark !== null) memory.wroteOwn(place.base, crossing, CLIENT_STYLE, mark)
}

function readOwnFile(path: string, memory: DocumentMemory, like?: JsonObject): JsonObject {
  return documentOf(memory.read(path, { isOwn: true, like })) ?? EMPTY
}

function documentOf(file: DocumentFile): JsonObject | undefined {
  return file.kind === 'document' ? file.document : undefined
}
