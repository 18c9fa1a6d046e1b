/** What the API does with profiles. */
import type { AgentDefinition } from '../../agents/agent-definition.js'
import { agentNamed, knownAgents } from '../../agents/known-agents.js'
import { loginHint } from '../../agents/login-hint.js'
import { requireNoneMoving } from '../../import/require-none-moving.js'
import type { PerchPaths } from '../../platform/paths.js'
import { messageOf, PerchError } from '../../platform/perch-error.js'
import { changeProfile, requireChangeable } from '../../profiles/change-profile.js'
import { readChoices } from '../../profiles/choices-file.js'
import { createProfile } from '../../profiles/create-profile.js'
import { acceptAccount } from '../../profiles/known-account.js'
import { checkChange, shapesRuntime } from '../../profiles/profile-change.js'
import type { ProfileDefinition } from '../../profiles/profile-definition.js'
import { checkNewProfileName, DEFAULT_PROFILE } from '../../profiles/profile-name.js'
import { removeProfile } from '../../profiles/remove-profile.js'
import { type ListedProfile, listProfiles, readProfile } from '../../profiles/store.js'
import { renameProfile } from '../../runtime/rename-profile.js'
import type { Supervisor } from '../sessions/supervisor.js'
import type { ApiHandlers } from './http-server.js'
import { detailView, loginRequest, profileView } from './profile-view.js'

type ProfileRoutes =
  | 'listProfiles'
  | 'createProfile'
  | 'showProfile'
  | 'acceptAccount'
  | 'changeProfile'
  | 'renameProfile'
  | 'removeProfile'
  | 'lendEnvironment'
  | 'returnEnvironment'

export function profileHandlers(paths: PerchPaths, supervisor: Supervisor): Pick<ApiHandlers, ProfileRoutes> {
  const liveIn = (name: string) => supervisor.registry.all().filter(({ record, live }) => live && record?.profile === name).length
  const view = (listed: ListedProfile, agents = knownAgents(paths).all, defaultName = defaultProfileName(paths)) =>
    profileView(paths, listed, {
      agent: agents.find(({ name }) => name === listed.profile?.agent),
      sessions: liveIn(listed.name),
      isDefault: listed.name === defaultName,
    })
  /** Its sessions must have ended; then what they left is taken over, and its runtime taken down. */
  const finishUse = async (name: string, what: string) => {
    const live = liveIn(name)
    if (live > 0) {
      throw new PerchError('profile-in-use', `the profile ${name} has ${live} live ${live === 1 ? 'session' : 'sessions'}`, {
        hint: `End them first: perch ls --profile ${name}`,
      })
    }
    const why = await supervisor.finishProfile(name)
    if (why === undefined) return
    throw new PerchError('profile-in-use', `the profile ${name} cannot be ${what} now: ${why}`, {
      hint: 'Its runtime stays as it is until nothing uses it and all of it is taken over. Then try again.',
    })
  }
  const changedReply = (profile: ProfileDefinition, notices: readonly string[]) => {
    const listed: ListedProfile = { name: profile.name, profile, problem: null }
    return { schema: 1 as const, profile: detailView(paths, listed, view(listed)), notices: [...notices] }
  }
  return {
    listProfiles: async ({ query }) => {
      const { all, problems } = knownAgents(paths)
      const defaultName = defaultProfileName(paths)
      const profiles = listProfiles(paths, askingEnvironment(query)).map((listed) => view(listed, all, defaultName))
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
    acceptAccount: async ({ path }) => {
      const listed = findProfile(paths, path.profile ?? '', { PATH: process.env.PATH })
      if (listed.profile) acceptAccount(loginRequest(paths, listed.profile, agentNamed(listed.profile.agent, knownAgents(paths))))
      return { schema: 1, profile: detailView(paths, listed, view(listed)) }
    },
    changeProfile: async ({ path, query, body: { changes } }) => {
      const name = path.profile ?? ''
      requireChangeable(name)
      const known = knownAgents(paths)
      for (const change of changes) checkChange(change, known)
      // One whose file is broken is being repaired: nobody knows yet what its runtime is of.
      const { profile: before } = findProfile(paths, name, askingEnvironment(query))
      if (before !== null && shapesRuntime(changes)) await finishUse(name, 'changed in this')
      const { profile, notices } = await changeProfile(paths, name, changes)
      return changedReply(profile, notices)
    },
    renameProfile: async ({ path, body }) => {
      const name = path.profile ?? ''
      requireChangeable(name)
      checkNewProfileName(body.name)
      const profile = readProfile(paths, name, process.env)
      await finishUse(name, 'renamed')
      await supervisor.usage.followProfile(name, body.name, () => renameProfile(paths, name, body.name))
      return changedReply({ ...profile, name: body.name }, renameNotices(agentNamed(profile.agent, knownAgents(paths))))
    },
    lendEnvironment: async ({ path, body }) => {
      const name = path.profile ?? ''
      const { agent, runtime, set, unset, notices } = await supervisor.runtimes.lend(name, body)
      return { schema: 1, profile: name, agent, runtime, set, unset: [...unset], notices: [...notices] }
    },
    returnEnvironment: async ({ path }) => ({ schema: 1, ...(await supervisor.runtimes.takeBack(path.profile ?? '')) }),
    removeProfile: async ({ path }) => {
      const name = path.profile ?? ''
      requireNoneMoving(paths, name)
      await finishUse(name, 'removed')
      const { isDefault, folders } = await supervisor.usage.followProfile(name, null, () => removeProfile(paths, name))
      return { schema: 1, removed: [name], wasDefault: isDefault, unmapped: [...folders] }
    },
  }
}

function askingEnvironment(query: URLSearchParams): { readonly PATH: string | undefined } {
  return { PATH: query.get('path') ?? process.env.PATH }
}

/** What a new path of the runtime means to the agent's login. */
function renameNotices({ relocation, title }: AgentDefinition): readonly string[] {
  const isInKeychain = process.platform === 'darwin' && relocation !== null && relocation.credential.block !== null
  return isInKeychain ? [`${title} keeps its login in the keychain under the old name of the folder: log in again`] : []
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
