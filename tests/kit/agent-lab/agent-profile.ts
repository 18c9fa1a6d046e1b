/** Profiles of any agent, through perch's own commands and by what lies in their folders. */
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { profileFolders } from '../../../src/profiles/profile-definition.js'
import { perchJson } from '../perch-program.js'
import type { TestHome } from '../temporary-home.js'

/** Whether each profile has a login, as `perch profile ls` says. */
export async function loggedIn(home: TestHome): Promise<Readonly<Record<string, boolean | null>>> {
  const { profiles } = (await perchJson(home, ['profile', 'ls'])) as { profiles: { name: string; loggedIn: boolean | null }[] }
  return Object.fromEntries(profiles.map((profile) => [profile.name, profile.loggedIn]))
}

/** The login that a profile keeps between its sessions; undefined while there is none. */
export function storedLogin(home: TestHome, profile: string, file: string): unknown {
  const path = join(profileFolders(home.paths, profile).credentials, file)
  return existsSync(path) ? JSON.parse(readFileSync(path, 'utf8')) : undefined
}
