/**
 * Everything the steps of a runtime's life share: whose it is, where its parts lie, and what there is to tell. Made once
 * per acquire, release or collection, under the profile's lock.
 */
import { join } from 'node:path'
import type { AgentDefinition, EntryClass, Relocation } from '../agents/agent-definition.js'
import { classifyEntry } from '../agents/entry-class.js'
import { ensureFolder } from '../platform/files/atomic-file.js'
import type { PerchPaths } from '../platform/paths.js'
import { type ProfileDefinition, type ProfileFolders, profileFolders } from '../profiles/profile-definition.js'
import { type Journal, type JournalLine, openJournal } from './journal.js'
import { journalPath } from './read-journal.js'
import { ensureSharedHome } from './shared-home.js'
import type { Fingerprint } from './tree/fingerprint.js'
import type { LinkMode } from './tree/link-mode.js'

export interface RuntimeRequest {
  readonly paths: PerchPaths
  readonly profile: ProfileDefinition
  readonly agent: AgentDefinition
  /** The person's HOME. */
  readonly home: string
  /** Told of every line that goes into the profile's journal. */
  readonly onJournal?: ((profile: string, line: JournalLine) => void) | undefined
}

/** One folder of the runtime, with where its entries really live. */
export interface RuntimeLayer {
  readonly folder: string
  /** Where private entries live. */
  readonly state: string
  /** Where shared entries live; null where nothing is shared. */
  readonly shared: string | null
  classOf(name: string): EntryClass
}

export interface RuntimeContext {
  readonly request: RuntimeRequest
  readonly relocation: Relocation
  readonly folders: ProfileFolders
  /** How what stands there now, or is about to be built, shows the shared entries. */
  readonly linkMode: LinkMode
  /** The agent's config folder inside the runtime. */
  readonly config: string
  /** The shared home's final path. */
  readonly sharedHome: string
  /** Deepest first, so that they can be removed in this order. */
  readonly layers: readonly RuntimeLayer[]
  readonly journal: Journal
  /** What the person should be told, as sentences. */
  readonly notices: string[]
  /** The replicas that were drained, as they were then: only these may be removed. */
  readonly mergedReplicas: Map<string, Fingerprint | null>
}

/** State of the runtime's root, where that is not the config folder itself (a variable that stands for more than one program). */
export const BESIDE_FOLDER = '@beside'

/** Whether the profile has a runtime at all. */
export function hasRuntime(request: RuntimeRequest): boolean {
  return request.agent.relocation !== null && !request.profile.plainHome
}

/**
 * Resolves the folders and makes those that are missing, the shared home included.
 * @throws PerchError `shared-home-unreadable`, `not-writable`, `disk-full`
 */
export function openRuntimeContext(request: RuntimeRequest, relocation: Relocation, linkMode: LinkMode): RuntimeContext {
  const folders = profileFolders(request.paths, request.profile.name)
  for (const folder of [folders.credentials, folders.state, folders.leases, folders.sync]) ensureFolder(folder)
  if (Object.keys(request.agent.environment.databases).length > 0) ensureFolder(folders.databases)
  const notices: string[] = []
  const { name } = request.profile
  const journal = openJournal(journalPath(folders.sync), notices, (line) => request.onJournal?.(name, line))
  const sharedHome = ensureSharedHome(join(request.home, relocation.defaultHome), request.agent.title, notices)
  const config = join(folders.runtime, relocation.within)
  const configLayer: RuntimeLayer = {
    folder: config,
    state: folders.state,
    shared: sharedHome,
    classOf: (name) => classifyEntry(relocation, name, request.profile),
  }
  const layers = relocation.within === '' ? [configLayer] : [configLayer, rootLayer(folders, relocation)]
  return { request, relocation, folders, linkMode, config, sharedHome, layers, journal, notices, mergedReplicas: new Map() }
}

function rootLayer(folders: ProfileFolders, relocation: Relocation): RuntimeLayer {
  return {
    folder: folders.runtime,
    state: join(folders.state, BESIDE_FOLDER),
    shared: null,
    // The config folder itself is a layer of its own; whatever else programs put here is the profile's.
    classOf: (name) => (name === relocation.within ? 'document' : 'private'),
  }
}
