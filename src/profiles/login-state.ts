/**
 * Whether a profile has a login and when that ends, as `profile ls` shows it. Looks at files on this machine only, asks nobody, and never
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

export interface LoginState {
  /** True or false where perch can see it; null where the agent has no login or keeps it where perch does not look. */
  readonly loggedIn: boolean | null
  /** When the stored login ends, or ended (ms); null where nothing says so. */
  readonly endsAtMs: number | null
}

/** The state of the profile's login. Whether it ends, or has ended, changes nothing about `loggedIn`. */
export function loginState(request: LoginStateRequest): LoginState {
  const { profile, agent } = request
  if (agent.environment.loginVariables.some((name) => profile.env[name])) return endless(true)
  if (profile.apiKeyCommand !== null && agent.environment.apiKeyCommandSetting !== null) return endless(true)
  if (agent.relocation === null) return endless(null)
  const facts = agent.relocation.credential
  try {
    const bytes = readFileIfPresent(credentialFile(request, agent.relocation))
    if (bytes !== undefined) {
      const login = readLogin(facts, bytes)
      return login.kind === 'login' ? { loggedIn: true, endsAtMs: login.endsAt } : endless(false)
    }
  } catch {
    // Unreadable is not "logged out": it is not known.
    return endless(null)
  }
  // On macOS the client keeps the login in the keychain, which perch does not read.
  return endless(process.platform === 'darwin' && facts.block !== null ? null : false)
}

function endless(loggedIn: boolean | null): LoginState {
  return { loggedIn, endsAtMs: null }
}

/** Where the login is now. A client that logged in during a live session has put a file in place of the link; it is newer than the durable one. */
export function credentialFile(request: LoginStateRequest, relocation: NonNullable<AgentDefinition['relocation']>): string {
  const { file } = relocation.credential
  if (request.profile.plainHome) return join(request.home, relocation.defaultHome, file)
  const folders = profileFolders(request.paths, request.profile.name)
  const live = join(folders.runtime, relocation.within, file)
  return existsSync(live) ? live : join(folders.credentials, file)
}
