/**
 * Giving back what sessions held of their profile's runtime, and what dead ones left. A release that cannot be completed
 * now (the agent's own lock is held, the profile is busy) loses nothing: it is noted and tried again.
 */
import { agentNamed, knownAgents } from '../../agents/known-agents.js'
import type { SessionRecord } from '../../api/session-record.js'
import { homeFolder, type PerchPaths } from '../../platform/paths.js'
import { messageOf, PerchError } from '../../platform/perch-error.js'
import { profileFolders } from '../../profiles/profile-definition.js'
import { finishRemovals } from '../../profiles/remove-profile.js'
import { listProfiles, readProfile } from '../../profiles/store.js'
import { abandonRuntime } from '../../runtime/abandon.js'
import { isPinned } from '../../runtime/pin.js'
import { collectDeadLeases, releaseRuntime } from '../../runtime/release.js'
import { finishRenames } from '../../runtime/rename-profile.js'
import type { RuntimeRequest } from '../../runtime/runtime-context.js'
import { type DaemonLog, errorFields } from '../daemon-log.js'
import { rememberAccount } from './account-notices.js'

export interface LeaseKeeperOptions {
  readonly paths: PerchPaths
  readonly log: DaemonLog
  readonly homeOf: (profile: string) => string | undefined
  readonly onJournal: RuntimeRequest['onJournal']
}

type ReleaseRequest = Parameters<typeof releaseRuntime>[0]

/**
 * Releases one lease. Why that left something to do (the runtime still stands though its last session may be gone, or
 * could not be looked at), or null.
 */
export async function releaseLease(request: ReleaseRequest, log: DaemonLog): Promise<string | null> {
  const fields = { session: request.leaseId, profile: request.profile.name }
  try {
    const { kept, why } = await releaseRuntime(request)
    log.debug('released a runtime', { ...fields, kept, why })
    return kept && !isPinned(profileFolders(request.paths, request.profile.name)) ? (why ?? 'it is in use') : null
  } catch (error) {
    log.warn('a runtime could not be released yet', { ...fields, ...errorFields(error) })
    return messageOf(error)
  }
}

/** Gives back the leases of ended sessions, and remembers the profiles of which something is left to take over. */
export class LeaseKeeper {
  readonly #paths: PerchPaths
  readonly #log: DaemonLog
  /** The person's home folder that a profile's sessions had, in which its shared home lies. */
  readonly #homeOf: (profile: string) => string | undefined
  readonly #onJournal: RuntimeRequest['onJournal']
  readonly #unfinished = new Map<string, string>()

  constructor(options: LeaseKeeperOptions) {
    this.#paths = options.paths
    this.#log = options.log
    this.#homeOf = options.homeOf
    this.#onJournal = options.onJournal
  }

  /** Profiles whose runtime still stands though it was asked to go. */
  get unfinished(): readonly string[] {
    return [...this.#unfinished.keys()]
  }

  /** Why the runtime of this profile still stands though it was asked to go; undefined when it does not. */
  whyUnfinished(name: string): string | undefined {
    return this.#unfinished.get(name)
  }

  /** Releases the lease that an ended session held, if it held one. */
  async release(record: SessionRecord): Promise<void> {
    if (record.lease === null) return
    try {
      const profile = readProfile(this.#paths, record.profile, process.env)
      const home = record.home ?? homeFolder()
      const agent = agentNamed(profile.agent, knownAgents(this.#paths))
      const request = { paths: this.#paths, profile, agent, home, onJournal: this.#onJournal }
      const why = await releaseLease({ ...request, leaseId: record.id }, this.#log)
      rememberAccount(request, this.#log)
      if (why !== null) this.#unfinished.set(record.profile, why)
    } catch (error) {
      // With the profile went its runtime and its leases.
      if (error instanceof PerchError && error.code === 'profile-not-found') return
      this.#log.warn('a profile cannot be read to release its runtime', { session: record.id, ...errorFields(error) })
      this.#unfinished.set(record.profile, messageOf(error))
    }
  }

  /** Gives up the runtime of a profile that is to be removed, if its file cannot be read: there is no other way to take it down. */
  async abandonBroken(name: string): Promise<void> {
    const isBroken = listProfiles(this.#paths, process.env).some((listed) => listed.name === name && listed.profile === null)
    if (!isBroken) return
    const { kept, why = 'it is in use' } = await abandonRuntime(this.#paths, name)
    if (kept) this.#unfinished.set(name, why)
    this.#log.info('gave up the runtime of a broken profile', { profile: name, kept, why })
  }

  /** Takes over what dead sessions left in the runtimes of all profiles, or of one. */
  async collect(only?: string): Promise<void> {
    if (only === undefined) await this.#finishChanges()
    else this.#unfinished.delete(only)
    for (const { name, profile } of listProfiles(this.#paths, process.env)) {
      if (profile === null || profile.plainHome || (only !== undefined && only !== name)) continue
      this.#unfinished.delete(name)
      try {
        const agent = agentNamed(profile.agent, knownAgents(this.#paths))
        const home = this.#homeOf(name) ?? homeFolder()
        const { kept, why, dropped } = await collectDeadLeases({
          paths: this.#paths,
          profile,
          agent,
          home,
          onJournal: this.#onJournal,
        })
        this.#log.debug('collected dead leases', { profile: name, kept, why, dropped: dropped.length })
        // A pinned one is meant to stand.
        if (kept && !isPinned(profileFolders(this.#paths, name))) this.#unfinished.set(name, why ?? 'it is in use')
      } catch (error) {
        this.#log.warn('the leases of a profile could not be collected', { profile: name, ...errorFields(error) })
        this.#unfinished.set(name, messageOf(error))
      }
    }
  }

  /** What a daemon was killed in the middle of. */
  async #finishChanges(): Promise<void> {
    finishRemovals(this.#paths)
    try {
      await finishRenames(this.#paths)
    } catch (error) {
      this.#log.warn('a rename of a profile could not be completed yet', errorFields(error))
    }
  }
}
