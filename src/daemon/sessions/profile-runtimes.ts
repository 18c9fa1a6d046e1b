/**
 * The runtimes of profiles: kept in step while they stand. As far as sessions decide about them, what dead sessions held is
 * collected at the start, tried again while something is in the way, and finished before a profile is removed.
 */
import { agentNamed, knownAgents } from '../../agents/known-agents.js'
import type { EnvironmentRequest } from '../../api/profile.js'
import { homeFolder, type PerchPaths } from '../../platform/paths.js'
import { profileFolders } from '../../profiles/profile-definition.js'
import { readProfile, storedNames } from '../../profiles/store.js'
import { LiveSync } from '../../runtime/live/live-sync.js'
import { hasDeadLease } from '../../runtime/liveness/liveness.js'
import { pinRuntime, unpinRuntime } from '../../runtime/pin.js'
import type { RuntimeRequest } from '../../runtime/runtime-context.js'
import { homeOfStanding } from '../../runtime/tree/index-file.js'
import type { DaemonLog } from '../daemon-log.js'
import type { WorkUnderWay } from '../work-under-way.js'
import { type LentEnvironment, lendEnvironment } from './lend-environment.js'
import { LeaseKeeper } from './profile-leases.js'
import type { TrackedSession } from './tracked-session.js'

export interface ProfileRuntimesOptions {
  readonly paths: PerchPaths
  readonly log: DaemonLog
  /** The daemon does not end in the middle of what is tracked here. */
  readonly work: WorkUnderWay
  readonly sessions: () => readonly TrackedSession[]
  readonly settle: (session: TrackedSession) => Promise<void>
  readonly onJournal: RuntimeRequest['onJournal']
}

export class ProfileRuntimes {
  readonly leases: LeaseKeeper
  readonly live: LiveSync
  readonly #options: ProfileRuntimesOptions

  constructor(options: ProfileRuntimesOptions) {
    this.#options = options
    const { log, work, paths } = options
    this.leases = new LeaseKeeper({ ...options, homeOf: (profile) => this.#homeOf(profile) })
    this.live = new LiveSync({
      paths,
      requestFor: (name) => this.requestFor(name),
      onNotice: (profile, notice) => log.info(notice, { profile }),
      track: (piece) => work.track(piece),
    })
  }

  /**
   * What the runtime of this profile is asked for with. One that stands belongs to the HOME that it was built for, whoever's
   * the daemon is.
   * @throws PerchError `profile-not-found`, `corrupt-profile`
   */
  requestFor(name: string): RuntimeRequest {
    const { paths, onJournal } = this.#options
    const profile = readProfile(paths, name, process.env)
    const home = homeOfStanding(profileFolders(paths, name), this.#homeOf(name) ?? homeFolder())
    return { paths, profile, agent: agentNamed(profile.agent, knownAgents(paths)), home, onJournal }
  }

  /** Takes over what dead sessions left, in the runtime of one profile or of all. */
  async collect(profile?: string): Promise<void> {
    await this.#options.work.track(this.leases.collect(profile))
  }

  /** Tries again what could not be taken over. A runtime with live sessions is looked at when the last of them ends. */
  async collectUnfinished(): Promise<void> {
    for (const name of this.leases.unfinished) if (!this.#hasLive(name)) await this.collect(name)
  }

  /** Gives back what was leased without a session and without anybody who stays behind: an agent that a shim became has ended. */
  async collectAbandoned(): Promise<void> {
    const { paths } = this.#options
    const abandoned = storedNames(paths).filter((name) => hasDeadLease({ folders: profileFolders(paths, name) }))
    for (const name of abandoned) if (!this.#hasLive(name)) await this.collect(name)
  }

  /**
   * Before a profile is removed: its ended sessions give back their runtime, and what dead ones left is taken over. Why
   * that cannot be done now, or undefined.
   */
  async finish(name: string): Promise<string | undefined> {
    const folders = profileFolders(this.#options.paths, name)
    const over = this.#options.sessions().filter(({ record, live }) => record?.profile === name && !live)
    await Promise.all(over.map((session) => this.#options.settle(session)))
    // Whoever removes the profile gives up what was handed out of it.
    const wasPinned = unpinRuntime(folders)
    await this.collect(name)
    await this.leases.abandonBroken(name)
    const why = this.leases.whyUnfinished(name)
    if (why !== undefined && wasPinned) pinRuntime(folders)
    return why
  }

  /**
   * The environment of a profile for what perch does not start; its runtime is pinned.
   * @throws PerchError `profile-not-found`, `corrupt-profile`, and as acquiring a runtime does
   */
  lend(name: string, request: EnvironmentRequest): Promise<LentEnvironment> {
    const { paths, onJournal, work } = this.#options
    return work.track(lendEnvironment({ paths, onJournal, live: this.live }, name, request))
  }

  /** Nobody uses what was lent any more: whether anything was, and what still keeps the runtime, or null. */
  async takeBack(name: string): Promise<{ readonly wasPinned: boolean; readonly why: string | null }> {
    readProfile(this.#options.paths, name, process.env)
    const wasPinned = unpinRuntime(profileFolders(this.#options.paths, name))
    await this.collect(name)
    return { wasPinned, why: this.leases.whyUnfinished(name) ?? null }
  }

  #homeOf(profile: string): string | undefined {
    return this.#options.sessions().find(({ record }) => record?.profile === profile && record.home)?.record?.home
  }

  #hasLive(profile: string): boolean {
    return this.#options.sessions().some(({ record, live }) => live && record?.profile === profile)
  }
}
