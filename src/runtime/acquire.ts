/**
 * Gives a session the runtime of its profile: drains what an earlier run left, builds or freshens it, and takes the lease
 * that keeps it standing. All under the profile's lock; on failure nothing half-made is left behind.
 */
import { existsSync } from 'node:fs'
import { createLease } from '../platform/files/lease-file.js'
import { messageOf, PerchError } from '../platform/perch-error.js'
import { identifyProcess, type ProcessIdentity } from '../platform/process/process-identity.js'
import { profileFolders } from '../profiles/profile-definition.js'
import { withProfileLock } from '../profiles/profile-lock.js'
import { drainRuntime } from './drain.js'
import { dropDeadLeases, leasePathOf, runtimeUse } from './liveness/liveness.js'
import { hasRuntime, openRuntimeContext, type RuntimeContext, type RuntimeRequest } from './runtime-context.js'
import { reached } from './runtime-step.js'
import { tearDownRuntime } from './teardown.js'
import { buildRuntime } from './tree/build.js'
import { homeOfStanding, standingLinkMode } from './tree/index-file.js'
import { type LinkMode, linkModeOf } from './tree/link-mode.js'

export interface AcquireRequest extends RuntimeRequest {
  /** The session's id: a file name. */
  readonly leaseId: string
  /** For `PERCH_LINK_MODE`. */
  readonly env: Readonly<Record<string, string | undefined>>
  /** Called under the profile's lock, before anything is done; what it throws ends the acquire. */
  readonly whenLocked?: (() => void) | undefined
  /** What must watch the runtime before anybody uses it: called when it stands, under the profile's lock. */
  readonly beforeLease?: ((context: RuntimeContext) => void) | undefined
  /** Whose life keeps the lease live; this process when absent. */
  readonly holder?: ProcessIdentity | undefined
  /** Aborting it gives up the wait for the profile's lock. */
  readonly signal?: AbortSignal | undefined
}

export interface AcquiredRuntime {
  /** The value of the relocation variable; null when the agent runs on its plain home or cannot be moved. */
  readonly folder: string | null
  readonly sharedHome: string | null
  /** Where the profile's databases lie; null where it has no runtime. */
  readonly databases: string | null
  /** To be held by the session's host from now on. */
  readonly leasePath: string | null
  readonly linkMode: LinkMode | null
  /** What the person should be told, as sentences. */
  readonly notices: readonly string[]
}

/**
 * Acquires the runtime for one session.
 * @throws PerchError `profile-not-found`, `profile-in-use` (with another HOME), `shared-home-unreadable`, `link-mode-unavailable`, `lock-timeout`, `disk-full`,
 * `not-writable`; an `AbortError` when the wait for the profile is aborted
 */
export async function acquireRuntime(request: AcquireRequest): Promise<AcquiredRuntime> {
  const { relocation } = request.agent
  if (relocation === null || !hasRuntime(request)) {
    return { folder: null, sharedHome: null, databases: null, leasePath: null, linkMode: null, notices: [] }
  }
  const { name } = request.profile
  const acquire = async (): Promise<AcquiredRuntime> => {
    reached('acquire-locked')
    const folders = profileFolders(request.paths, name)
    const { root } = folders
    // It may have been removed while this start waited for the lock.
    if (!existsSync(root)) throw new PerchError('profile-not-found', `the profile ${name} does not exist any more`)
    request.whenLocked?.()
    const wanted = linkModeOf(root, request.env)
    const home = homeOfStanding(folders, request.home)
    const standing = openRuntimeContext({ ...request, home }, relocation, standingLinkMode(folders) ?? wanted)
    const use = runtimeUse(standing)
    const isRebuilt = await drainBeforeBuild(standing, use.inUse)
    if (!isRebuilt && home !== request.home) throw ofAnotherHome(name, home, request.home)
    const context = contextToBuild(request, standing, isRebuilt, wanted)
    try {
      await buildRuntime(context)
      request.beforeLease?.(context)
      const leasePath = takeLease(context, request)
      const { linkMode, sharedHome, notices } = context
      return { folder: folders.runtime, sharedHome, databases: folders.databases, leasePath, linkMode, notices }
    } catch (error) {
      if (!use.inUse) await undo(context)
      throw error
    }
  }
  return await withProfileLock(request.paths, name, acquire, request.signal)
}

/** What still stands keeps its mode: another one waits for the next build. */
function contextToBuild(request: AcquireRequest, standing: RuntimeContext, isRebuilt: boolean, wanted: LinkMode): RuntimeContext {
  if (!isRebuilt) return standing
  if (standing.request.home === request.home) return { ...standing, linkMode: wanted }
  const context = openRuntimeContext(request, standing.relocation, wanted)
  context.notices.unshift(...standing.notices)
  return context
}

function ofAnotherHome(name: string, home: string, wanted: string): PerchError {
  const message = `the runtime of ${name} shares what is in ${home}, and HOME is ${wanted} here`
  return new PerchError('profile-in-use', message, {
    hint: `End the sessions of ${name} first (perch ls), or make another profile.`,
  })
}

/** With nobody in it a drained tree is taken down, to be rebuilt clean: whether it was. One that still holds something is built around that. */
async function drainBeforeBuild(context: RuntimeContext, inUse: boolean): Promise<boolean> {
  const { unmerged } = await drainRuntime(context, inUse)
  context.notices.push(...unmerged.map((entry) => `Not taken over yet, and kept: ${entry}`))
  dropDeadLeases(context)
  return !inUse && unmerged.length === 0 && (await tearDownRuntime(context)).length === 0
}

function takeLease(context: RuntimeContext, request: AcquireRequest): string {
  const { leaseId, holder = identifyProcess(process.pid) } = request
  if (holder === undefined) throw new PerchError('internal', 'perch cannot identify its own process')
  const path = leasePathOf(context, leaseId)
  createLease(path, leaseId, holder)
  reached('lease-taken')
  return path
}

/** The error of the build is the one that matters; what a failed removal leaves is drained by the next acquire. */
async function undo(context: RuntimeContext): Promise<void> {
  try {
    const { unmerged } = await drainRuntime(context, false)
    if (unmerged.length === 0) await tearDownRuntime(context)
  } catch (error) {
    context.journal.write({ what: 'not-merged', name: 'runtime', why: messageOf(error) })
  }
}
