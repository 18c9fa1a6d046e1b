/** A profile as the rest of perch sees it, and where its folders are. */
import { join } from 'node:path'
import type { EntryOverrides } from '../agents/entry-class.js'
import { type PerchPaths, profileFolder } from '../platform/paths.js'

export interface ProfileDefinition extends EntryOverrides {
  readonly name: string
  /** The agent's name; `agentNamed` gives its definition. */
  readonly agent: string
  /** True for `default`: the agent runs on its plain home, without a runtime. */
  readonly plainHome: boolean
  readonly env: Readonly<Record<string, string>>
  /** Laid over the agent's settings. */
  readonly settings: Readonly<Record<string, unknown>>
  /** What a `command` profile runs; null for the login shell. */
  readonly command: readonly string[] | null
  readonly apiKeyCommand: string | null
  readonly baseUrl: string | null
  /** Percent of a limit from which the person is told. */
  readonly warnAt: number | null
  /** What was odd in `profile.toml`, or in the person's own definition of the agent, but does no harm: as sentences. */
  readonly warnings: readonly string[]
}

export interface ProfileFolders {
  readonly root: string
  readonly file: string
  /** Logins, each in one file. */
  readonly credentials: string
  /** Private entries of the agent's config folder, and the private keys of its documents. */
  readonly state: string
  /** The value of the relocation variable: the same string for ever. */
  readonly runtime: string
  readonly leases: string
  /** Says that the path of the runtime was handed out: it stays. */
  readonly pin: string
  /** The agent's SQLite files, where it can be told to keep them apart. Neither linked nor copied. */
  readonly databases: string
  /** perch's own notes: what a build linked, the bases of the documents, the journal. */
  readonly sync: string
}

/** Where the losers of a profile's conflicts are kept. Nothing is made. */
export function conflictsFolder(paths: PerchPaths, name: string): string {
  return join(paths.state, 'conflicts', name)
}

/** Where a profile keeps things. Nothing is made. */
export function profileFolders(paths: PerchPaths, name: string): ProfileFolders {
  const root = profileFolder(paths, name)
  return {
    root,
    file: join(root, 'profile.toml'),
    credentials: join(root, 'credentials'),
    state: join(root, 'state'),
    runtime: join(root, 'runtime'),
    leases: join(root, 'leases'),
    pin: join(root, 'pinned.json'),
    databases: join(root, 'databases'),
    sync: join(root, 'sync'),
  }
}
