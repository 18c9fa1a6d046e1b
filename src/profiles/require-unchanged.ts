/** For whoever read a profile, and then waited for its lock: a change may have come first. */
import { isDeepStrictEqual } from 'node:util'
import type { PerchPaths } from '../platform/paths.js'
import { PerchError } from '../platform/perch-error.js'
import type { ProfileDefinition } from './profile-definition.js'
import { readProfile } from './store.js'

/**
 * Makes sure that the profile is still the one that was read: a runtime built by what its file said before would be taken down
 * by what it says now.
 * @throws PerchError `profile-in-use`, `profile-not-found`, `corrupt-profile`
 */
export function requireUnchanged(
  paths: PerchPaths,
  profile: ProfileDefinition,
  env: Readonly<Record<string, string | undefined>>,
): void {
  if (isDeepStrictEqual(readProfile(paths, profile.name, env), profile)) return
  throw new PerchError('profile-in-use', `the profile ${profile.name} was just changed`, { hint: 'Try again.' })
}
