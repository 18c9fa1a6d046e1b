/**
 * What a profile keeps of a document beside its replica: its private keys, which outlive every runtime, and the base that
 * the replica is merged against.
 */
import { join } from 'node:path'
import { ensureFolder } from '../../platform/files/atomic-file.js'
import type { DocumentPlace } from '../document-place.js'
import type { RuntimeContext } from '../runtime-context.js'
import { CLIENT_STYLE } from '../sync/json-style.js'
import { isSameJson, type JsonObject } from '../sync/json-value.js'
import { stripPrivate, takePrivate } from '../sync/private-keys.js'
import type { DocumentFile } from './document-file.js'
import { type DocumentMemory, documentMemory } from './document-memory.js'
import { replaceByLink, replaceDocument } from './replace-document.js'

/** One for all, so that two readings of nothing are the same. */
const EMPTY: JsonObject = {}

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
  const same = memory.baseLike(place.base, crossing)
  const linked = same === null ? null : replaceByLink(place.base, same)
  const mark =
    linked ?? replaceDocument(place.base, memory.compose(crossing, CLIENT_STYLE), { expected: 'anything', durable: false })
  if (mark !== null) memory.wroteBase(place.base, crossing, CLIENT_STYLE, mark)
}

function readOwnFile(path: string, memory: DocumentMemory, like?: JsonObject): JsonObject {
  return documentOf(memory.read(path, { isOwn: true, like })) ?? EMPTY
}

function documentOf(file: DocumentFile): JsonObject | undefined {
  return file.kind === 'document' ? file.document : undefined
}
