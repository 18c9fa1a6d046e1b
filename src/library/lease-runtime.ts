/** Acquiring, holding and releasing a runtime in this process. */
import { randomBytes } from 'node:crypto'
import { resolve } from 'node:path'
import * as v from 'valibot'
import { knownAgents } from '../agents/known-agents.js'
import { environmentChanges } from '../platform/environment-changes.js'
import type { FileLock } from '../platform/files/file-lock.js'
import { holdLease } from '../platform/files/lease-file.js'
import { preparePerchFolders } from '../platform/files/safe-folder.js'
import { requireFolder } from '../platform/process/resolve-program.js'
import { requireUnchanged } from '../profiles/require-unchanged.js'
import { type AcquiredRuntime, acquireRuntime } from '../runtime/acquire.js'
import { launchEnvironment } from '../runtime/launch-environment.js'
import { outsideLaunch } from '../runtime/outside-launch.js'
import { releaseRuntime } from '../runtime/release.js'
import type { RuntimeRequest } from '../runtime/runtime-context.js'
import type { AcquireOptions, ReleasedRuntime, RuntimeLease } from './acquire-runtime.js'
import { checkOptions } from './check-options.js'
import { EnvironmentSchema, PathsSchema, PlainText } from './common-options.js'
import { profileRequest } from './profile-request.js'

const AcquireOptionsSchema = v.strictObject({
  profile: v.string(),
  env: v.optional(EnvironmentSchema),
  paths: v.optional(PathsSchema),
  cwd: v.optional(PlainText),
  signal: v.optional(v.instance(AbortSignal)),
})

type Environment = Readonly<Record<string, string | undefined>>

/** As the `acquireRuntime` of the package. */
export async function leaseRuntime(given: AcquireOptions): Promise<RuntimeLease> {
  const { signal, ...options } = checkOptions('acquireRuntime', AcquireOptionsSchema, given)
  signal?.throwIfAborted()
  const env = options.env ?? process.env
  const request = profileRequest({ ...options, env })
  const cwd = resolve(options.cwd ?? '')
  requireFolder(cwd)
  preparePerchFolders(request.paths)
  const leaseId = `library-${process.pid}-${randomBytes(4).toString('hex')}`
  const { paths, profile } = request
  const held = new HeldLease(request, leaseId)
  let isAcquired = false
  try {
    const runtime = await acquireRuntime({
      ...request,
      leaseId,
      env,
      signal,
      whenLocked: () => requireUnchanged(paths, profile, env),
    })
    isAcquired = true
    await held.hold(runtime.leasePath)
    signal?.throwIfAborted()
    return leaseOf(request, runtime, env, cwd, held)
  } catch (error) {
    // Tidies up, and cannot say more than the error that led here: what it leaves the next acquire drains. Whoever gave up while
    // waiting for the profile has made nothing, and would wait for it once more.
    if (isAcquired || !signal?.aborted) await held.release().catch(() => undefined)
    throw signal?.aborted ? signal.reason : error
  }
}

function leaseOf(
  request: RuntimeRequest,
  runtime: AcquiredRuntime,
  env: Environment,
  cwd: string,
  held: HeldLease,
): RuntimeLease {
  const { paths, profile, agent } = request
  const agents = knownAgents(paths).all
  const launch = launchEnvironment(outsideLaunch({ agent, agents, profile, runtime, paths, env, cwd }))
  return {
    profile: profile.name,
    agent: agent.name,
    folder: runtime.folder,
    environment: launch.env,
    changes: environmentChanges(env, launch.env),
    args: launch.args,
    notices: runtime.notices,
    release: () => held.release(),
    [Symbol.asyncDispose]: async () => {
      await held.release()
    },
  }
}

/** One lease with the kernel lock that proves it. */
class HeldLease {
  readonly #request: RuntimeRequest
  readonly #leaseId: string
  #lock: FileLock | undefined
  #releasing: Promise<ReleasedRuntime> | undefined

  constructor(request: RuntimeRequest, leaseId: string) {
    this.#request = request
    this.#leaseId = leaseId
  }

  /** A profile without a runtime has no lease to hold. */
  async hold(leasePath: string | null): Promise<void> {
    if (leasePath !== null) this.#lock = await holdLease(leasePath)
  }

  release(): Promise<ReleasedRuntime> {
    this.#releasing ??= this.#release().catch((error: unknown) => {
      this.#releasing = undefined
      throw error
    })
    return this.#releasing
  }

  async #release(): Promise<ReleasedRuntime> {
    this.#lock?.close()
    return await releaseRuntime({ ...this.#request, leaseId: this.#leaseId })
  }
}
