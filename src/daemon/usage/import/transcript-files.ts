/** The transcripts that there are: those that all profiles share, and those of profiles that keep theirs apart. */
import { type Dirent, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { claude } from '../../../agents/claude.js'
import type { PerchPaths } from '../../../platform/paths.js'
import { errnoOf } from '../../../platform/perch-error.js'
import { profileFolders } from '../../../profiles/profile-definition.js'
import { DEFAULT_PROFILE } from '../../../profiles/profile-name.js'
import { storedNames } from '../../../profiles/store.js'

/** The agent whose transcripts can be read. */
export const TRANSCRIPT_AGENT = claude.name

export interface TranscriptFolder {
  readonly path: string
  /** Whose usage it is where nothing else tells: nobody else's is in it, or it is shared by all. */
  readonly profile: string
}

const NAME = 'projects'
/** Those of sub-agents lie below that of their conversation: `<folder>/<id>/subagents/`. */
const DEEPEST = 4

/** `home` is the person's home folder. */
export function transcriptFolders(paths: PerchPaths, home: string): readonly TranscriptFolder[] {
  const shared = join(home, claude.relocation?.defaultHome ?? '', NAME)
  return [
    { path: shared, profile: DEFAULT_PROFILE },
    ...storedNames(paths).map((profile) => ({ path: join(profileFolders(paths, profile).state, NAME), profile })),
  ]
}

/** Links are not followed: they lead to a folder that is read anyway, or out of what is the agent's. @throws the system error */
export function* transcriptsIn(folder: string, depth = 1): Generator<string, void, void> {
  for (const entry of entriesOf(folder)) {
    const path = join(folder, entry.name)
    if (entry.isDirectory() && depth < DEEPEST) yield* transcriptsIn(path, depth + 1)
    else if (entry.isFile() && entry.name.endsWith('.jsonl')) yield path
  }
}

function entriesOf(folder: string): readonly Dirent[] {
  try {
    return readdirSync(folder, { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1))
  } catch (error) {
    // Removed while it was looked at, or never there.
    if (errnoOf(error) === 'ENOENT') return []
    throw error
  }
}
