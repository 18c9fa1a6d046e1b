/**
 * The runtime of a profile whose file is gone or broken: nobody can say any more which agent it is of and what belongs
 * where. It is only taken down so that the profile can be removed; what a session made in it is kept aside.
 */
import { existsSync, lstatSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { namesIn } from '../platform/files/names-in.js'
import type { PerchPaths } from '../platform/paths.js'
import { profileFolders } from '../profiles/profile-definition.js'
import { withProfileLock } from '../profiles/profile-lock.js'
import { loginFiles } from '../profiles/remove-profile.js'
import { openJournal } from './journal.js'
import { dropDeadLeases, useSeenFromOutside } from './liveness/liveness.js'
import { journalPath } from './read-journal.js'
import type { ReleaseResult } from './release.js'
import { type Keeper, moveAside } from './tree/kept-aside.js'

/**
 * Drops the dead leases of a profile that cannot be read, and takes its runtime down unless somebody uses it.
 * @throws PerchError `lock-timeout`, `not-writable`, `disk-full`
 */
export async function abandonRuntime(paths: PerchPaths, name: string): Promise<ReleaseResult> {
  return await withProfileLock(paths, name, () => {
    const folders = profileFolders(paths, name)
    const notices: string[] = []
    if (!existsSync(folders.root)) return { kept: false, notices }
    const journal = openJournal(journalPath(folders.sync), notices)
    dropDeadLeases({ folders, journal })
    const use = useSeenFromOutside({ folders })
    if (use.inUse) return { kept: true, why: use.why, notices }
    keepContent({ request: { paths, profile: { name } }, journal, notices }, folders.runtime, loginFiles(folders))
    return { kept: false, notices }
  })
}

/** Logins go with their profile. */
function keepContent(keeper: Keeper, runtime: string, logins: readonly string[]): void {
  for (const name of namesIn(runtime)) {
    const path = join(runtime, name)
    if (logins.includes(name) || lstatSync(path).isSymbolicLink()) continue
    moveAside(keeper, path, 'its profile can no longer be read')
  }
  rmSync(runtime, { recursive: true, force: true })
}
