/**
 * The runtime of a profile for a program that starts agents itself. The lease is held by this process, by a kernel lock
 * and by its identity: if it dies holding it, the daemon's next start or anybody's next acquire takes over what was left.
 */

import type { EnvironmentChanges } from '../platform/environment-changes.js'
import type { PerchPaths } from '../platform/paths.js'

export interface AcquireOptions {
  /** The profile's name; `default` stands for the agent's plain home. */
  readonly profile: string
  /** What the child's environment is made from, and where HOME is looked up; this process's own when absent. */
  readonly env?: Readonly<Record<string, string | undefined>> | undefined
  /** Where perch keeps things; as `env` says when absent. */
  readonly paths?: PerchPaths | undefined
  /** The folder that the agent is going to work in; this process's own when absent. */
  readonly cwd?: string | undefined
  /** Aborting it gives up the wait for a profile that somebody else is just building or taking down. */
  readonly signal?: AbortSignal | undefined
}

export interface RuntimeLease extends AsyncDisposable {
  readonly profile: string
  /** The agent's name: `claude`, `codex`, … */
  readonly agent: string
  /** What the agent's relocation variable points at; null when it runs on its plain home. The same string for ever. */
  readonly folder: string | null
  /** The whole environment for a child: `env` without what would defeat the profile, and with what is the profile's. */
  readonly environment: Readonly<Record<string, string>>
  /** The same as a difference from `env`, for a child whose environment is not made here. */
  readonly changes: EnvironmentChanges
  /** To be put before the agent's own arguments. */
  readonly args: readonly string[]
  /** What the person should be told, as sentences. */
  readonly notices: readonly string[]
  /**
   * Gives the lease back: what the agent changed is taken over, and the runtime goes with its last user. Releasing again
   * changes nothing; after a failure it tries again. The children must have ended: one that lives keeps the runtime.
   * @throws PerchError `lock-timeout`, `shared-home-unreadable`, `not-writable`, `disk-full`
   */
  release(): Promise<ReleasedRuntime>
}

export interface ReleasedRuntime {
  /** Whether the runtime still stands: somebody else uses it, or something could not be taken over yet. */
  readonly kept: boolean
  readonly why?: string | undefined
  readonly notices: readonly string[]
}

/**
 * Acquires the runtime of a profile.
 * @example
 * await using lease = await acquireRuntime({ profile: 'work' })
 * await using session = await openPtySession({ argv: ['claude', ...lease.args], env: lease.environment })
 * @throws PerchError `bad-request`, `bad-name`, `profile-not-found`, `corrupt-profile`, `folder-not-found`,
 *   `profile-in-use` (with another HOME), `shared-home-unreadable`, `link-mode-unavailable`, `lock-timeout`, `not-writable`, `disk-full`, `unsafe-folder`; the
 *   signal's reason when aborted
 */
export async function acquireRuntime(options: AcquireOptions): Promise<RuntimeLease> {
  const { leaseRuntime } = await import('./lease-runtime.js')
  return await leaseRuntime(options)
}
