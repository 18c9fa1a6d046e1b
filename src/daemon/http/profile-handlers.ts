/** What the API does with profiles. */
import { agentNamed, loginHint } from '../../agents/registry.js'
import type { Profile, ProfileDetail } from '../../api/profile.js'
import { homeFolder, type PerchPaths, profileFolder } from '../../platform/paths.js'
import { messageOf, PerchError } from '../../platform/perch-error.js'
import { readChoices } from '../../profiles/choices-file.js'
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

type ProfileRoutes = 'listProfiles' | 'createProfile' | 'showProfile' | 'removeProfile' | 'lendEnvironment' | 'returnEnvironment'

export function profileHandlers(paths: PerchPaths, supervisor: Supervisor): Pick<ApiHandlers, ProfileRoutes> {
  const liveIn = (name: string) => supervisor.registry.all().filter(({ record, live }) => live && record?.profile === name).length
  const view = (listed: ListedProfile, defaultName = defaultProfileName(paths)) =>
    profileView(paths, listed, { sessions: liveIn(listed.name), isDefault: listed.name === defaultName })
  return {
    listProfiles: async ({ query }) => {
      const defaultName = defaultProfileName(paths)
      const profiles = listProfiles(paths, askingEnvironment(query)).map((listed) => view(listed, defaultName))
      return { schema: 1, profiles }
    },
    createProfile: async ({ body }) => {
      const profile = await createProfile(paths, body)
      const listed: ListedProfile = { name: profile.name, profile, problem: null }
      const nextStep = loginHint(agentNamed(profile.agent), profile.name)
      return { schema: 1, profile: detailView(paths, listed, view(listed)), nextStep }
    },
    showProfile: async ({ path, query }) => {
      const listed = findProfile(paths, path.profile ?? '', askingEnvironment(query))
      return { schema: 1, profile: detailView(paths, listed, view(listed)) }
    },
    lendEnvironment: async ({ path, body }) => {
      const name = path.profile ?? ''
      const { agent, runtime, set, unset, notices } = await supervisor.runtimes.lend(name, body)
      return { schema: 1, profile: name, agent, runtime, set, unset: [...unset], notices: [...notices] }
    },
    returnEnvironment: async ({ path }) => ({ schema: 1, ...(await supervisor.runtimes.takeBack(path.profile ?? '')) }),
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
      const { isDefault, folders } = await removeProfile(paths, name)
      return { schema: 1, removed: [name], wasDefault: isDefault, unmapped: [...folders] }
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

/** @throws PerchError `corrupt-file` */
function defaultProfileName(paths: PerchPaths): string {
  return readChoices(paths).defaultProfile ?? DEFAULT_PROFILE
}

function profileView(
  paths: PerchPaths,
  { name, profile }: ListedProfile,
  { sessions, isDefault }: { readonly sessions: number; readonly isDefault: boolean },
): Profile {
  const runtime = profile ? runtimeOf(paths, profile) : null
  const login = profile ? loginState({ paths, profile, agent: agentNamed(profile.agent), home: homeFolder() }) : null
  return {
    name,
    agent: profile?.agent ?? '',
    loggedIn: login?.loggedIn ?? null,
    loginEndsAt: timeText(login?.endsAtMs ?? null),
    default: isDefault,
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
    ...(profile && profile.warnings.length > 0 ? { warnings: profile.warnings } : {}),
  }
}

function runtimeOf(paths: PerchPaths, profile: ProfileDefinition): string | null {
  const isRelocated = !profile.plainHome && agentNamed(profile.agent).relocation !== null
  return isRelocated ? profileFolders(paths, profile.name).runtime : null
}
