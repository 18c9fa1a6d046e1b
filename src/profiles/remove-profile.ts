/**
 * Removes a profile, at once for everybody who looks: it is renamed first, and never while something uses it. Its logins
 * go for good, those that were kept aside in conflicts too.
 */
import { randomBytes } from 'node:crypto'
import { existsSync, readdirSync, renameSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { builtInAgents } from '../agents/built-in-agents.js'
import { leaseLiveness } from '../platform/files/lease-file.js'
import type { PerchPaths } from '../platform/paths.js'
import { PerchError } from '../platform/perch-error.js'
import { choicesNaming, type ProfileChoices, withoutProfile } from './choices.js'
import { changeChoices, readChoices } from './choices-file.js'
import { conflictsFolder, type ProfileFolders, profileFolders } from './profile-definition.js'
import { withProfileLock } from './profile-lock.js'
import { checkProfileName, DEFAULT_PROFILE } from './profile-name.js'
import { profileNotFound, profilesFolder } from './store.js'

/** A profile that is being removed: no name of a profile begins with a dot. */
const GRAVE_PREFIX = '.removed-'

/** What went with a profile: that it was the default, and the folders whose rules named it. */
export type RemovedChoices = ReturnType<typeof choicesNaming>

/**
 * Removes a profile with its login, its private state, and the choices that name it. The caller ends its sessions and takes
 * its runtime down before (`collectDeadLeases`): a profile with a live lease, or whose runtime still stands, is refused.
 * @throws PerchError `bad-name`, `profile-not-found`, `profile-in-use`, `corrupt-file`, `not-writable`, `disk-full`
 */
export async function removeProfile(paths: PerchPaths, name: string): Promise<RemovedChoices> {
  checkProfileName(name)
  if (name === DEFAULT_PROFILE) {
    throw new PerchError('bad-name', `${DEFAULT_PROFILE} is built in and cannot be removed`, {
      hint: 'Log out of the agent itself to drop its login.',
    })
  }
  const folders = profileFolders(paths, name)
  return await withProfileLock(paths, name, async () => {
    if (!existsSync(folders.root)) throw profileNotFound(paths, name)
    refuseWhileUsed(name, folders)
    // Said before anything is gone, where the file cannot be read.
    readChoices(paths)
    const logins = loginFiles(folders)
    renameSync(folders.root, join(profilesFolder(paths), `${GRAVE_PREFIX}${randomBytes(6).toString('hex')}`))
    finishRemovals(paths)
    removeKeptLogins(conflictsFolder(paths, name), logins)
    return await forgetChoices(paths, name)
  })
}

/**
 * After the profile is gone: a kill in between leaves rules that name no profile, which stop whoever they apply to. The other
 * way round they would be sent to another account.
 */
async function forgetChoices(paths: PerchPaths, name: string): Promise<RemovedChoices> {
  const namesIt = (choices: ProfileChoices) => {
    const { isDefault, folders } = choicesNaming(choices, name)
    return isDefault || folders.length > 0
  }
  if (!namesIt(readChoices(paths))) return { isDefault: false, folders: [] }
  const { before } = await changeChoices(paths, (choices) => (namesIt(choices) ? withoutProfile(choices, name) : choices))
  return choicesNaming(before, name)
}

/** Completes the removals of whoever was killed in the middle of one: a login that was to go does not stay. */
export function finishRemovals(paths: PerchPaths): void {
  const profiles = profilesFolder(paths)
  if (!existsSync(profiles)) return
  for (const name of readdirSync(profiles)) {
    if (name.startsWith(GRAVE_PREFIX)) rmSync(join(profiles, name), { recursive: true, force: true })
  }
}

/**
 * The names that logins of this profile may have: also when nobody can say any more which agent it is of, and also those of an
 * agent that only the person defines.
 */
export function loginFiles(folders: Pick<ProfileFolders, 'credentials'>): readonly string[] {
  const builtIn = builtInAgents.flatMap(({ relocation }) => (relocation === null ? [] : [relocation.credential.file]))
  const stored = existsSync(folders.credentials) ? readdirSync(folders.credentials) : []
  return [...new Set([...builtIn, ...stored])]
}

/** Of what was kept aside the person's files stay. */
function removeKeptLogins(conflicts: string, files: readonly string[]): void {
  if (!existsSync(conflicts)) return
  for (const name of readdirSync(conflicts)) {
    if (files.some((file) => name.includes(`-${file}`))) rmSync(join(conflicts, name), { recursive: true, force: true })
  }
}

/**
 * Refuses what must not happen to a profile that is in use, or whose runtime stands. For the holder of the profile's lock.
 * @throws PerchError `profile-in-use`
 */
export function refuseWhileUsed(name: string, folders: ProfileFolders): void {
  const leases = existsSync(folders.leases) ? readdirSync(folders.leases).filter((entry) => entry.endsWith('.json')) : []
  if (leases.some((entry) => leaseLiveness(join(folders.leases, entry)) !== 'dead')) {
    throw new PerchError('profile-in-use', `the profile ${name} has live sessions`, {
      hint: `End them first: perch ls --profile ${name}`,
    })
  }
  if (existsSync(folders.runtime)) {
    throw new PerchError('profile-in-use', `the runtime of ${name} still holds files that were not taken over yet`, {
      hint: 'Close whatever still uses it (an editor, a background agent) and try again.',
    })
  }
}
