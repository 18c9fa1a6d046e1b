/** What a profile's name stands for in an environment: its definition, its agent, and where everything lies. */
import { agentNamed, knownAgents } from '../agents/known-agents.js'
import { homeFolder, type PerchPaths, perchPaths } from '../platform/paths.js'
import { readProfile } from '../profiles/store.js'
import type { RuntimeRequest } from '../runtime/runtime-context.js'

export interface NamedProfile {
  readonly profile: string
  readonly env: Readonly<Record<string, string | undefined>>
  readonly paths?: PerchPaths | undefined
}

/** @throws PerchError `bad-name`, `profile-not-found`, `corrupt-profile`, `unknown-agent` */
export function profileRequest({ profile: name, env, paths = perchPaths(env) }: NamedProfile): RuntimeRequest {
  const profile = readProfile(paths, name, env)
  return { paths, profile, agent: agentNamed(profile.agent, knownAgents(paths)), home: homeFolder(env) }
}
