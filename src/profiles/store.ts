/**
 * The profiles on disk: `<data>/profiles/<name>/`, 0700, each with its `profile.toml`. Reads and lists them; they are made
 * by `create-profile.ts` and removed by `remove-profile.ts`, and their runtimes belong to `src/runtime`.
 */
import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { type KnownAgents, knownAgents } from '../agents/known-agents.js'
import type { PerchPaths } from '../platform/paths.js'
import { errnoOf, messageOf, PerchError } from '../platform/perch-error.js'
import { defaultProfile } from './default-profile.js'
import { type ProfileDefinition, profileFolders } from './profile-definition.js'
import { readProfileFile } from './profile-file.js'
import { checkProfileName, DEFAULT_PROFILE } from './profile-name.js'

type Environment = Readonly<Record<string, string | undefined>>

/** A profile, or the name of one whose file is broken and why. */
export type ListedProfile =
  | { readonly name: string; readonly profile: ProfileDefinition; readonly problem: null }
  | { readonly name: string; readonly profile: null; readonly problem: string }

/** Every profile, `default` first, the others by name. A broken one is listed with its problem. */
export function listProfiles(paths: PerchPaths, env: Environment): readonly ListedProfile[] {
  const known = knownAgents(paths)
  return [
    listed(DEFAULT_PROFILE, () => defaultProfile(env, known)),
    ...storedNames(paths).map((name) => listed(name, () => readStored(paths, name, known))),
  ]
}

/**
 * The profile with this name.
 * @throws PerchError `bad-name`, `profile-not-found`, `corrupt-profile`; for `default` also `bad-agent-file`, `unsafe-file`
 */
export function readProfile(paths: PerchPaths, name: string, env: Environment): ProfileDefinition {
  checkProfileName(name)
  const known = knownAgents(paths)
  if (name === DEFAULT_PROFILE) return defaultProfile(env, known)
  if (!existsSync(profileFolders(paths, name).root)) throw profileNotFound(paths, name)
  return readStored(paths, name, known)
}

function readStored(paths: PerchPaths, name: string, known: KnownAgents): ProfileDefinition {
  return readProfileFile(profileFolders(paths, name).file, name, known)
}

function listed(name: string, read: () => ProfileDefinition): ListedProfile {
  try {
    return { name, profile: read(), problem: null }
  } catch (error) {
    return { name, profile: null, problem: messageOf(error) }
  }
}

/** The names of the profiles that a person has made, also of those whose file cannot be read. */
export function storedNames(paths: PerchPaths): readonly string[] {
  try {
    return readdirSync(profilesFolder(paths), { withFileTypes: true })
      .filter((entry) => entry.isDirectory() && !entry.name.startsWith('.') && entry.name !== DEFAULT_PROFILE)
      .map((entry) => entry.name)
      .sort()
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return []
    throw error
  }
}

/** The error for a name that no profile has, with the names that there are. */
export function profileNotFound(paths: PerchPaths, name: string): PerchError {
  const names = [DEFAULT_PROFILE, ...storedNames(paths)]
  return new PerchError('profile-not-found', `there is no profile ${name}`, {
    hint: `Known profiles: ${names.join(', ')}. Make one with: perch profile add ${name}`,
  })
}

/** Where the folders of the profiles lie. */
export function profilesFolder(paths: PerchPaths): string {
  return join(paths.data, 'profiles')
}
