/**
 * Creating a session, in this order: check everything, hold the name, acquire the profile's runtime under a lease, make
 * the folder, start the host. A failure at any step undoes the ones before it, so that nothing half-made is left.
 */
import { rmSync } from 'node:fs'
import { agentNamed, knownAgents } from '../../agents/known-agents.js'
import type { NewSession } from '../../api/control.js'
import { ensureFolder } from '../../platform/files/atomic-file.js'
import { type PerchPaths, sessionFolder, sessionSocketPath } from '../../platform/paths.js'
import { requireUnchanged } from '../../profiles/require-unchanged.js'
import { readProfile } from '../../profiles/store.js'
import { acquireRuntime } from '../../runtime/acquire.js'
import { enclosingVariables } from '../../runtime/enclosing-variables.js'
import { profileVariables } from '../../runtime/launch-environment.js'
import type { LiveSync } from '../../runtime/live/live-sync.js'
import type { RuntimeRequest } from '../../runtime/runtime-context.js'
import { readDaemonConfig } from '../config.js'
import { type DaemonLog, errorFields } from '../daemon-log.js'
import { readNotifyConfig } from '../notify/notify-config.js'
import { accountNotices } from './account-notices.js'
import { type LaunchPlan, planLaunch } from './launch-plan.js'
import { releaseLease } from './profile-leases.js'
import type { SessionRegistry } from './registry.js'
import { removeSessionFolder } from './session-folder.js'
import { type EnclosingSession, sessionSpec } from './session-spec.js'
import { shellNotices } from './shell-notice.js'
import type { SpareHost } from './spare-host.js'
import { spawnHost } from './spawn-host.js'
import type { TrackedSession } from './tracked-session.js'

export interface LaunchDependencies {
  readonly paths: PerchPaths
  readonly registry: SessionRegistry
  readonly log: DaemonLog
  readonly spareHost: Pick<SpareHost, 'take'>
  readonly live: Pick<LiveSync, 'arm'>
  readonly onJournal: RuntimeRequest['onJournal']
}

export interface LaunchedSession {
  readonly session: TrackedSession
  /** What the person should be told, as sentences. */
  readonly notices: readonly string[]
}

/**
 * Starts a session; its child runs when this resolves, or has ended already.
 * @throws PerchError as `planLaunch`, and `name-taken`, `too-many-sessions`, `lock-timeout`, `shared-home-unreadable`,
 *   `link-mode-unavailable`, `host-start-failed`, `bad-config`
 */
export async function launchSession(dependencies: LaunchDependencies, request: NewSession): Promise<LaunchedSession> {
  const { paths, registry, log } = dependencies
  const config = readDaemonConfig(paths)
  // A mistake in it is told to whoever starts a session: notifications have nobody to tell.
  readNotifyConfig(paths)
  const plan = planLaunch(paths, config, request)
  using reservation = registry.reserve(request.name, config.maxLive)
  const { id } = reservation
  const runtime = await acquireRuntime({
    paths,
    ...profileOf(plan),
    leaseId: id,
    env: request.env,
    whenLocked: () => requireUnchanged(paths, plan.profile, request.env),
    beforeLease: (context) => dependencies.live.arm(context),
    onJournal: dependencies.onJournal,
  })
  const notices = [
    ...runtime.notices,
    ...accountNotices({ paths, ...profileOf(plan) }, log),
    ...shellNotices({ plan, cwd: request.cwd, path: request.env.PATH }),
  ]
  for (const notice of notices) log.info(notice, { profile: plan.profile.name })
  const folder = sessionFolder(paths, id)
  try {
    ensureFolder(folder)
    const status = await spawnHost(
      sessionSpec({
        paths,
        config,
        plan,
        request,
        runtime,
        id,
        folder,
        parent: enclosingSession(dependencies, request),
        lentEnv: enclosingVariables(paths, request.env),
      }),
      dependencies.spareHost,
      log,
    )
    const session = registry.add(id)
    if (status) session.heard(status)
    return { session, notices }
  } catch (error) {
    removeRemains({ paths, log }, id)
    if (runtime.leasePath !== null) await releaseLease({ paths, ...profileOf(plan), leaseId: id }, log)
    log.info('a session could not be started', { session: id, profile: plan.profile.name, ...errorFields(error) })
    throw error
  }
}

/** Whoever started it is told why it failed, not what could not be tidied up. */
function removeRemains({ paths, log }: Pick<LaunchDependencies, 'paths' | 'log'>, id: string): void {
  try {
    removeSessionFolder(sessionFolder(paths, id))
    rmSync(sessionSocketPath(paths, id), { force: true })
  } catch (error) {
    log.warn('what is left of a start cannot be removed', { session: id, ...errorFields(error) })
  }
}

/** The session that the asking shell runs in, if it is one of this state folder. */
function enclosingSession({ paths, registry, log }: LaunchDependencies, request: NewSession): EnclosingSession | undefined {
  const parent = registry.get(request.env.PERCH_SESSION ?? '')
  if (!parent) return undefined
  try {
    if (!parent.record) return { id: parent.id, profileEnv: {} }
    const profile = readProfile(paths, parent.record.profile, request.env)
    return { id: parent.id, profileEnv: profileVariables(agentNamed(profile.agent, knownAgents(paths)), profile) }
  } catch (error) {
    // Removed or damaged since: nothing is known of it any more.
    log.warn('the enclosing profile cannot be read', { session: parent.id, ...errorFields(error) })
    return { id: parent.id, profileEnv: {} }
  }
}

function profileOf({ profile, agent, home }: LaunchPlan): Pick<LaunchPlan, 'profile' | 'agent' | 'home'> {
  return { profile, agent, home }
}
