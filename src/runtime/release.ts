/**
 * The end of a session's use of its runtime, in the order that loses nothing: final sync, drop the lease, and if it was the
 * last one: drain, keep the private state, remove the links. A runtime with unmerged data, or that somebody may still use,
 * stays for the next acquire.
 */
import { existsSync } from 'node:fs'
import { dropLease } from '../platform/files/lease-file.js'
import { namesIn } from '../platform/files/names-in.js'
import { profileFolders } from '../profiles/profile-definition.js'
import { withProfileLock } from '../profiles/profile-lock.js'
import { drainRuntime } from './drain.js'
import { dropDeadLeases, leasePathOf, leaseProcessLives, runtimeUse } from './liveness/liveness.js'
import { hasRuntime, openRuntimeContext, type RuntimeContext, type RuntimeRequest } from './runtime-context.js'
import { reached } from './runtime-step.js'
import { tearDownRuntime } from './teardown.js'
import { homeOfStanding, standingLinkMode } from './tree/index-file.js'

export interface ReleaseResult {
  /** Whether the runtime still stands. */
  readonly kept: boolean
  /** Why it does. */
  readonly why?: string
  readonly notices: readonly string[]
}

/**
 * Ends one session's use. Doing it again, or for a session that never had a lease, only tidies up.
 * @throws PerchError `lock-timeout`, `shared-home-unreadable`, `not-writable`, `disk-full`
 */
export async function releaseRuntime(request: RuntimeRequest & { readonly leaseId: string }): Promise<ReleaseResult> {
  return await withExistingRuntime(request, async (context) => {
    if (leaseProcessLives(context, request.leaseId)) return kept(context, 'a process of the session still lives')
    return await drainAndRemove(context, request.leaseId, () => dropLease(leasePathOf(context, request.leaseId)))
  })
}

/**
 * Drops the leases of sessions that are dead for certain, and takes down a runtime that nobody uses any more. For the start
 * of the daemon, after crashes, and before a profile is removed.
 * @throws PerchError `lock-timeout`, `shared-home-unreadable`, `not-writable`, `disk-full`
 */
export async function collectDeadLeases(
  request: RuntimeRequest,
): Promise<ReleaseResult & { readonly dropped: readonly string[] }> {
  let dropped: readonly string[] = []
  const result = await withExistingRuntime(request, async (context) =>
    drainAndRemove(context, null, () => {
      dropped = dropDeadLeases(context)
    }),
  )
  return { ...result, dropped }
}

async function withExistingRuntime(
  request: RuntimeRequest,
  action: (context: RuntimeContext) => Promise<ReleaseResult>,
): Promise<ReleaseResult> {
  const { relocation } = request.agent
  if (relocation === null || !hasRuntime(request)) return { kept: false, notices: [] }
  return await withProfileLock(request.paths, request.profile.name, async () => {
    const folders = profileFolders(request.paths, request.profile.name)
    const { root, runtime, leases } = folders
    // Nothing is made for a profile that was never used, or is gone: not even its shared home.
    if (!existsSync(root) || (!existsSync(runtime) && namesIn(leases).length === 0)) return { kept: false, notices: [] }
    const home = homeOfStanding(folders, request.home)
    return await action(openRuntimeContext({ ...request, home }, relocation, standingLinkMode(folders) ?? 'link'))
  })
}

async function drainAndRemove(
  context: RuntimeContext,
  /** The lease that does not count as a use any more. */
  except: string | null,
  dropLeases: () => void,
): Promise<ReleaseResult> {
  const use = runtimeUse(context, except)
  const { unmerged } = await drainRuntime(context, use.inUse)
  reached('release-drained')
  dropLeases()
  reached('release-lease-dropped')
  if (use.inUse) return kept(context, use.why)
  if (unmerged.length > 0) return kept(context, `not taken over yet: ${unmerged.join('; ')}`)
  const left = await tearDownRuntime(context)
  reached('release-done')
  return left.length > 0
    ? kept(context, `something arrived at the end: ${left.join(', ')}`)
    : { kept: false, notices: context.notices }
}

function kept(context: RuntimeContext, why: string): ReleaseResult {
  return { kept: true, why, notices: context.notices }
}
