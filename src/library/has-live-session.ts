/** Whether anybody uses a profile right now. */
import type { PerchPaths } from '../platform/paths.js'

export interface LivenessOptions {
  /** Where HOME is looked up; this process's own when absent. */
  readonly env?: Readonly<Record<string, string | undefined>> | undefined
  /** Where perch keeps things; as `env` says when absent. */
  readonly paths?: PerchPaths | undefined
}

/**
 * Whether a session of the profile lives: one of the daemon's, a lease of any program, or a process that runs with the
 * profile's runtime. Asks the disk and the process table, never the daemon.
 * @returns `'unknown'` where it cannot be told for certain: to be taken for yes by whoever is about to clean up
 * @throws PerchError `bad-request`, `bad-name`, `profile-not-found`, `corrupt-profile`
 */
export async function hasLiveSession(profile: string, options: LivenessOptions = {}): Promise<boolean | 'unknown'> {
  const { profileLiveness } = await import('./profile-liveness.js')
  const liveness = profileLiveness(profile, options)
  return liveness === 'unknown' ? 'unknown' : liveness === 'alive'
}
