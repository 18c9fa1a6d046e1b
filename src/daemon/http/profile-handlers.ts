/** What the API does with profiles. */
import type { AgentDefinition } from '../../agents/agent-definition.js'
import { agentNamed, knownAgents } from '../../agents/known-agents.js'
import { loginHint } from '../../agents/login-hint.js'
import type { Profile, ProfileDetail } from '../../api/profile.js'
import { homeFolder, type PerchPaths, profileFolder } from '../../platform/paths.js'
import { messageOf, PerchError } from '../../platform/perch-error.js'
import { createProfile } from '../../profiles/create-profile.js'
import { loginState } from '../../profiles/login-state.js'
import { type ProfileDefinition, profileFolders } from '../../profiles/profile-definition.js'
import { DEFAULT_PROFILE } from '../../profiles/profile-name.js'
import { removeProfile } from '../../profiles/remove-profile.js'
import { type ListedProfile, listProfiles, readProfile } from '../../profiles/store.js'
import { standingLinkMode } from '../../runtime/tree/index-file.js'
import type { Supervisor } from '../sessions/supervisor.js'
import type { ApiHandlers } from './http-server.js'
import { maskSecrets } from './secret-names.js'

type ProfileRoutes = 'listProfiles' | 'createProfile' | 'showProfile' | 'removeProfile'

export function profileHandlers(paths: PerchPaths, supervisor: Supervisor): Pick<ApiHandlers, ProfileRoutes> {
  const liveIn = (name: string) => supervisor.registry.all().filter(({ record, live }) => live && record?.profile === name).length
  const view = (listed: ListedProfile, agents = knownAgents(paths).all) =>
    profileView(
      paths,
      listed,
      agents.find(({ name }) => name === listed.profile?.agent),
      liveIn(listed.name),
    )
  return {
    listProfiles: async ({ query }) => {
      const { all, problems } = knownAgents(paths)
      const profiles = listProfiles(paths, askingEnvironment(query)).map((listed) => view(listed, all))
      const warnings = problems.map(({ message, hint }) => [`${message}.`, hint].filter(Boolean).join(' '))
      return { schema: 1, profiles, ...(warnings.length > 0 ? { warnings } : {}) }
    },
    createProfile: async ({ body }) => {
      const profile = await createProfile(paths, body)
      const listed: ListedProfile = { name: profile.name, profile, problem: null }
      const nextStep = loginHint(agentNamed(profile.agent, knownAgents(paths)), profile.name)
      return { schema: 1, profile: detailView(paths, listed, view(listed)), nextStep }
    },
    showProfile: async ({ path, query }) => {
      const listed = findProfile(paths, path.profile ?? '', askingEnvironment(query))
      return { schema: 1, profile: detailView(paths, listed, view(listed)) }
    },
    removeProfile: async ({ path }) => {
      const name = path.profile ?? ''
      const live = liveIn(name)
      if (live > 0) {
        throw new PerchError('profile-in-use', `the profile ${name} has ${live} live ${live === 1 ? 'session' : 'sessions'}`, {
          hint: `End them first: perch ls --profile ${name}`,
        })
      }
      const why = await supervisor.finishProfile(name)
      if (why !== undefined) {
        throw new PerchError('profile-in-use', `the profile ${name} cannot be removed now: ${why}`, {
          hint: 'Its runtime stays as it is until nothing uses it and all of it is taken over. Then try again.',
        })
      }
      await removeProfile(paths, name)
      return { schema: 1, removed: [name] }
    },
  }
}

function askingEnvironment(query: URLSearchParams): { readonly PATH: string | undefined } {
  return { PATH: query.get('path') ?? process.env.PATH }
}

/** @throws PerchError `bad-name`, `profile-not-found` */
function findProfile(paths: PerchPaths, name: string, env: { readonly PATH: string | undefined }): ListedProfile {
  try {
    return { name, profile: readProfile(paths, name, env), problem: null }
  } catch (error) {
    if (error instanceof PerchError && error.code === 'corrupt-profile') return { name, profile: null, problem: messageOf(error) }
    throw error
  }
}

function profileView(
  paths: PerchPaths,
  { name, profile }: ListedProfile,
  agent: AgentDefinition | undefined,
  sessions: number,
): Profile {
  const runtime = profile && agent ? runtimeOf(paths, profile, agent) : null
  const login = profile && agent ? loginState({ paths, profile, agent, home: homeFolder() }) : null
  return {
    name,
    agent: profile?.agent ?? '',
    loggedIn: login?.loggedIn ?? null,
    loginEndsAt: timeText(login?.endsAtMs ?? null),
    // Folder rules and another default come with `perch use` and `perch map`.
    default: name === DEFAULT_PROFILE,
    sessions,
    runtime,
    linkMode: runtime === null ? null : (standingLinkMode(profileFolders(paths, name)) ?? null),
  }
}

/** Null also for a number that is no time: the file is the agent's. */
function timeText(ms: number | null): string | null {
  const time = new Date(ms ?? Number.NaN)
  return Number.isNaN(time.getTime()) ? null : time.toISOString()
}

function detailView(paths: PerchPaths, { name, profile, problem }: ListedProfile, view: Profile): ProfileDetail {
  return {
    ...view,
    folder: profileFolder(paths, name),
    env: maskSecrets(profile?.env ?? {}),
    command: profile?.command ? [...profile.command] : null,
    problem,
    ...(profile && profile.warnings.length > 0 ? { warnings: [...profile.warnings] } : {}),
  }
}

function runtimeOf(paths: PerchPaths, profile: ProfileDefinition, agent: AgentDefinition): string | null {
  const isRelocated = !profile.plainHome && agent.relocation !== null
  return isRelocated ? profileFolders(paths, profile.name).runtime : null
}
