/**
 * The environment of a profile for what perch does not start: a shell, an editor, a tool. Whoever takes it holds no lease,
 * and may use it at any time: so the profile's runtime is built and pinned, and stays until the pin is taken away.
 */
import { randomBytes } from 'node:crypto'
import { agentNamed, knownAgents } from '../../agents/known-agents.js'
import type { EnvironmentRequest } from '../../api/profile.js'
import type { EnvironmentChanges } from '../../platform/environment-changes.js'
import { homeFolder, type PerchPaths } from '../../platform/paths.js'
import { profileFolders } from '../../profiles/profile-definition.js'
import { requireUnchanged } from '../../profiles/require-unchanged.js'
import { readProfile } from '../../profiles/store.js'
import { acquireRuntime } from '../../runtime/acquire.js'
import { exportedEnvironment } from '../../runtime/exported-environment.js'
import type { LiveSync } from '../../runtime/live/live-sync.js'
import { outsideLaunch } from '../../runtime/outside-launch.js'
import { isPinned, pinRuntime, unpinRuntime } from '../../runtime/pin.js'
import { releaseRuntime } from '../../runtime/release.js'
import type { RuntimeRequest } from '../../runtime/runtime-context.js'

export interface LendDependencies {
  readonly paths: PerchPaths
  readonly live: Pick<LiveSync, 'arm'>
  readonly onJournal: RuntimeRequest['onJournal']
}

export interface LentEnvironment extends EnvironmentChanges {
  readonly agent: string
  readonly runtime: string | null
  readonly notices: readonly string[]
}

/**
 * Builds and pins the runtime, and says what to set and to unset.
 * @throws PerchError as `readProfile` and `acquireRuntime`
 */
export async function lendEnvironment(
  { paths, live, onJournal }: LendDependencies,
  name: string,
  { env, cwd }: EnvironmentRequest,
): Promise<LentEnvironment> {
  const profile = readProfile(paths, name, env)
  const known = knownAgents(paths)
  const agent = agentNamed(profile.agent, known)
  const home = homeFolder(env)
  const folders = profileFolders(paths, name)
  const request = { paths, profile, agent, home, onJournal, leaseId: `env-${process.pid}-${randomBytes(4).toString('hex')}` }
  const wasPinned = isPinned(folders)
  const runtime = await acquireRuntime({
    ...request,
    env,
    whenLocked: () => requireUnchanged(paths, profile, env),
    beforeLease: (context) => {
      live.arm(context)
      pinRuntime(folders)
    },
  }).catch((error: unknown) => {
    if (!wasPinned) unpinRuntime(folders)
    throw error
  })
  if (runtime.leasePath !== null) await releaseRuntime(request)
  const changes = exportedEnvironment(outsideLaunch({ agent, agents: known.all, profile, runtime, paths, env, cwd }))
  return { ...changes, agent: agent.name, runtime: runtime.folder, notices: runtime.notices }
}
