/** Looks at the sources and at what is in use, and plans an import of it. Changes nothing. */
import { canonicalFolder } from '../platform/files/canonical-folder.js'
import { messageOf } from '../platform/perch-error.js'
import { type FoundAccount, type ImportPlace, NOTHING_FOUND, type SourceName, type SourceReading } from './found-account.js'
import type { ExistingProfile } from './import-question.js'
import { existingProfiles, plainHomeLogins } from './live-logins.js'
import { type PlannedImport, planImports } from './plan.js'
import { runningSwitchers } from './running-switchers.js'
import { readAgentHomes } from './sources/agent-home.js'
import { readClaudeSwap } from './sources/claude-swap.js'
import { readClauth } from './sources/clauth.js'

export interface ImportSelection {
  readonly sources: ReadonlySet<SourceName>
  /** Config folders that the person named. */
  readonly folders: readonly string[]
}

export interface ImportPlan {
  readonly items: readonly PlannedImport[]
  /** What could not be read, as sentences. */
  readonly notes: readonly string[]
}

/** Looks, and changes nothing. */
export function planImport(place: ImportPlace, { sources, folders }: ImportSelection): ImportPlan {
  const profiles = existingProfiles(place)
  const named = new Set(folders.map((folder) => canonicalFolder(folder)))
  const readings: readonly (readonly [SourceName, SourceReading])[] = [
    ['clauth', attempt('clauth', () => readClauth(place))],
    ['claude-swap', attempt('claude-swap', () => readClaudeSwap(place))],
    ['home', attempt('home', () => readAgentHomes(place, folders, importedFolders(profiles)))],
  ]
  const items = planImports({
    paths: place.paths,
    accounts: readings.flatMap(([, { accounts }]) => accounts),
    // Who names folders means those: the login of no other moves.
    isWanted: ({ source, key }) => sources.has(source) && (source !== 'home' || named.size === 0 || named.has(key)),
    profiles,
    plainHomes: plainHomeLogins(place),
    holders: readings.flatMap(([, { holders }]) => holders),
    running: runningSwitchers(),
  })
  return { items, notes: readings.flatMap(([name, { notes }]) => (sources.has(name) ? notes : [])) }
}

/** A source that cannot be read stands in the way of no other. */
function attempt(name: SourceName, read: () => SourceReading): SourceReading {
  try {
    return read()
  } catch (error) {
    return { ...NOTHING_FOUND, notes: [`What ${name} holds cannot be read: ${messageOf(error)}.`] }
  }
}

/** The profiles of folders that were imported before, by folder. */
function importedFolders(profiles: readonly ExistingProfile[]): ReadonlyMap<string, string> {
  return new Map(profiles.flatMap(({ name, note }) => (note?.source === 'home' ? [[note.key, name]] : [])))
}

/** The account of an entry whose login moves if that is allowed. */
export function movingAccount(item: PlannedImport): FoundAccount | null {
  return (item.outcome === 'new' || item.outcome === 'known') && item.login.kind === 'moves' ? item.account : null
}
