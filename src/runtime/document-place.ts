/**
 * Where the documents of a profile lie, and what of each is private there: by the agent's definition, by the profile's
 * overlay of now, and by the one that the replica was seeded with.
 */
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import * as v from 'valibot'
import type { DocumentDefinition } from '../agents/agent-definition.js'
import { readJsonUnlessCorrupt } from '../platform/files/atomic-file.js'
import { overlayOf, overlayPaths } from '../profiles/settings-overlay.js'
import type { RuntimeContext } from './runtime-context.js'
import type { JsonObject } from './sync/json-value.js'
import { EVERYTHING_PRIVATE, type PrivateKeys, privateKeys } from './sync/private-keys.js'

/** Where one document of this profile lies, and what of it is private here. */
export interface DocumentPlace {
  readonly definition: DocumentDefinition
  readonly replica: string
  /** Null for an isolated profile. */
  readonly shared: string | null
  /** Only the profile's private keys. */
  readonly own: string
  readonly base: string
  readonly keys: PrivateKeys
  /** The same text for the same rules of what is private. */
  readonly keysText: string
  /** What the profile's overlay sets. */
  readonly overlay: JsonObject
  /** Of the overlay now, and of the one that the replica was seeded with. */
  readonly overlayKeys: PrivateKeys
  /** Notes the paths that the overlay set when the replica was seeded. */
  readonly seededOverlay: string
}

const OverlayPaths = v.array(v.array(v.string()))

export function documentPlaces(context: RuntimeContext): readonly DocumentPlace[] {
  return context.relocation.documents.map((definition) => documentPlace(context, definition))
}

function documentPlace(context: RuntimeContext, definition: DocumentDefinition): DocumentPlace {
  const { profile, agent, home } = context.request
  const overlay = definition.takesOverlay ? overlayOf(profile, agent) : {}
  const replica = join(context.config, definition.name)
  const seededOverlay = join(context.folders.sync, 'base', `${definition.name}.overlay`)
  const ownPaths = [...overlayPaths(overlay), ...(existsSync(replica) ? readSeededOverlay(seededOverlay) : [])]
  const sharedFolder = definition.sharedIn === 'home' ? home : context.sharedHome
  return {
    definition,
    replica,
    shared: profile.isolated ? null : join(sharedFolder, definition.name),
    own: join(context.folders.state, definition.name),
    base: join(context.folders.sync, 'base', definition.name),
    keys: profile.isolated ? EVERYTHING_PRIVATE : privateKeys([...definition.privateKeys, ...ownPaths]),
    keysText: profile.isolated ? '*' : JSON.stringify(ownPaths),
    overlay,
    overlayKeys: privateKeys(ownPaths),
    seededOverlay,
  }
}

/**
 * The person may change the overlay while a session runs; what the old one set is still in the replica and as little the
 * session's to share. Without the note only the overlay of now is known.
 */
function readSeededOverlay(path: string): readonly (readonly string[])[] {
  const parsed = v.safeParse(OverlayPaths, readJsonUnlessCorrupt(path))
  return parsed.success ? parsed.output : []
}
