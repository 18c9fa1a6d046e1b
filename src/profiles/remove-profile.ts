/** Removes a profile, at once for everybody who looks: it is renamed first, and never while something uses it. */
import { randomBytes } from 'node:crypto'
import { existsSync, readdirSync, renameSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { leaseLiveness } from '../platform/lease-file.js'
import type { PerchPaths } from '../platform/paths.js'
import { PerchError } from '../platform/perch-error.js'
import { profileFolders } from './profile-definition.js'
import { withProfileLock } from './profile-lock.js'
import { checkProfileName, DEFAULT_PROFILE } from './profile-name.js'
import { profileNotFound, profilesFolder } from './store.js'

/**
 * Removes a profile with its login and private state. The caller ends its sessions and takes its runtime down before
 * (`collectDeadLeases`): a profile with a live lease, or whose runtime still stands, is refused.
 * @throws PerchError `bad-name`, `profile-not-found`, `profile-in-use`
 */
export async function removeProfile(paths: PerchPaths, name: string): Promise<void> {
  checkProfileName(name)
  if (name === DEFAULT_PROFILE) {
    throw new PerchError('bad-name', `${DEFAULT_PROFILE} is built in and cannot be removed`, {
      hint: 'Log out of the agent itself to drop its login.',
    })
  }
  const folders = profileFolders(paths, name)
  await withProfileLock(paths, name, () => {
    if (!existsSync(folders.root)) throw profileNotFound(paths, name)
    refuseWhileUsed(name, folders)
    const grave = join(profilesFolder(paths), `.removed-${randomBytes(6).toString('hex')}`)
    renameSync(folders.root, grave)
    rmSync(grave, { recursive: true, force: true })
  })
}

function refuseWhileUsed(name: string, folders: { readonly leases: string; readonly runtime: string }): void {
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
