/** A profile as the API tells of it. */
import type { AgentDefinition } from '../../agents/agent-definition.js'
import type { Profile, ProfileDetail } from '../../api/profile.js'
import { homeFolder, type PerchPaths, profileFolder } from '../../platform/paths.js'
import { accountState } from '../../profiles/known-account.js'
import { type LoginStateRequest, loginState } from '../../profiles/login-state.js'
import { type ProfileDefinition, profileFolders } from '../../profiles/profile-definition.js'
import type { ListedProfile } from '../../profiles/store.js'
import { standingLinkMode } from '../../runtime/tree/index-file.js'
import { maskSecrets } from './secret-names.js'

export interface ProfileFacts {
  /** Undefined for a profile of which nobody can say any more what it is of. */
  readonly agent: AgentDefinition | undefined
  readonly sessions: number
  readonly isDefault: boolean
}

export function profileView(
  paths: PerchPaths,
  { name, profile }: ListedProfile,
  { agent, sessions, isDefault }: ProfileFacts,
): Profile {
  const runtime = profile && agent ? runtimeOf(paths, profile, agent) : null
  const request = profile && agent ? loginRequest(paths, profile, agent) : null
  const login = request && loginState(request)
  const { account, was } = request ? accountState(request) : { account: null, was: null }
  return {
    name,
    agent: profile?.agent ?? '',
    loggedIn: login?.loggedIn ?? null,
    loginEndsAt: timeText(login?.endsAtMs ?? null),
    account: account && { email: account.email, organization: account.organization, plan: account.plan },
    accountWas: was,
    default: isDefault,
    sessions,
    runtime,
    linkMode: runtime === null ? null : (standingLinkMode(profileFolders(paths, name)) ?? null),
  }
}

export function detailView(paths: PerchPaths, { name, profile, problem }: ListedProfile, view: Profile): ProfileDetail {
  return {
    ...view,
    folder: profileFolder(paths, name),
    env: maskSecrets(profile?.env ?? {}),
    command: profile?.command ? [...profile.command] : null,
    problem,
    ...(profile && profile.warnings.length > 0 ? { warnings: [...profile.warnings] } : {}),
  }
}

/** What the state of a profile's login, and whose it is, are found by. */
export function loginRequest(paths: PerchPaths, profile: ProfileDefinition, agent: AgentDefinition): LoginStateRequest {
  return { paths, profile, agent, home: homeFolder() }
}

/** Null also for a number that is no time: the file is the agent's. */
function timeText(ms: number | null): string | null {
  const time = new Date(ms ?? Number.NaN)
  return Number.isNaN(time.getTime()) ? null : time.toISOString()
}

function runtimeOf(paths: PerchPaths, profile: ProfileDefinition, agent: AgentDefinition): string | null {
  const isRelocated = !profile.plainHome && agent.relocation !== null
  return isRelocated ? profileFolders(paths, profile.name).runtime : null
}
