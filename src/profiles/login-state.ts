/**
 * Whether a profile has a login, as `profile ls` shows it. Looks at files on this machine only, asks nobody, and never
 * gives away anything of what it read.
 */
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { AgentDefinition } from '../agents/agent-definition.js'
import { readLogin } from '../agents/login-facts.js'
import { readFileIfPresent } from '../platform/files/atomic-file.js'
import type { PerchPaths } from '../platform/paths.js'
import { type ProfileDefinition, profileFolders } from './profile-definition.js'

export interface LoginStateRequest {
  readonly paths: PerchPaths
  readonly profile: ProfileDefinition
  readonly agent: AgentDefinition
  /** The person's HOME. */
  readonly home: string
}

/** True or false where perch can see it; null where the agent has no login or keeps it where perch does not look. */
export function loginState(request: LoginStateRequest): boolean | null {
  const { profile, agent } = request
  if (agent.environment.loginVariables.some((name) => profile.env[name])) return true
  if (profile.apiKeyCommand !== null && agent.environment.apiKeyCommandSetting !== null) return true
  if (agent.relocation === null) return null
  const facts = agent.relocation.credential
  try {
    const bytes = readFileIfPresent(credentialFile(request, agent.relocation))
    if (bytes !== undefined) return readLogin(facts, bytes).kind === 'login'
  } catch {
    // Unreadable is not "logged out": it is not known.
    return null
  }
  // On macOS the client keeps the login in the keychain, which perch does not read.
  return process.platform === 'darwin' && facts.block !== null ? null : false
}

/** A client that logged in during a live session has put a file in place of the link; it is newer than the durable one. */
function credentialFile(request: LoginStateRequest, relocation: NonNullable<AgentDefinition['relocation']>): string {
  const { file } = relocation.credential
  if (request.profile.plainHome) return join(request.home, relocation.defaultHome, file)
  const folders = profileFolders(request.paths, request.profile.name)
  const live = join(folders.runtime, relocation.within, file)
  return existsSync(live) ? live : join(folders.credentials, file)
}
