/** What the profile around a program has put into its environment: it must not reach another profile's agent. */
import { agentNamed, knownAgents } from '../agents/known-agents.js'
import type { PerchPaths } from '../platform/paths.js'
import { PerchError } from '../platform/perch-error.js'
import { readProfile } from '../profiles/store.js'
import { profileVariables } from './launch-environment.js'

/**
 * The variables of the profile that `PERCH_PROFILE` names: in a session, under a shim, or in a shell that has evaluated what
 * `perch env` printed.
 */
export function enclosingVariables(
  paths: PerchPaths,
  env: Readonly<Record<string, string | undefined>>,
): Readonly<Record<string, string>> {
  if (!env.PERCH_PROFILE) return {}
  try {
    const profile = readProfile(paths, env.PERCH_PROFILE, env)
    return profileVariables(agentNamed(profile.agent, knownAgents(paths)), profile)
  } catch (error) {
    // Removed or damaged since, or of another perch home: nothing is known of it.
    if (error instanceof PerchError) return {}
    throw error
  }
}
