/**
 * The runtimes of profiles: kept in step while they stand. As far as sessions decide about them, what dead sessions held is
 * collected at the start, tried again while something is in the way, and finished before a profile is removed.
 */
import { agentNamed, knownAgents } from '../../agents/known-agents.js'
import { homeFolder, type PerchPaths } from '../../platform/paths.js'
import { profileFolders } from '../../profiles/profile-definition.js'
import { readProfile } from '../../profiles/store.js'
import { LiveSync } from '../../runtime/live/live-sync.js'
import type { RuntimeRequest } from '../../runtime/runtime-context.js'
import { homeOfStanding } from '../../runtime/tree/index-file.js'
import type { DaemonLog } from '../daemon-log.js'
import type { WorkUnderWay } from '../work-under-way.js'
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

  /**
   * Before a profile is removed: its ended sessions give back their runtime, and what dead ones left is taken over. Why
   * that cannot be done now, or undefined.
   */
  async finish(name: string): Promise<string | undefined> {
    const over = this.#options.sessions().filter(({ record, live }) => record?.profile === name && !live)
    await Promise.all(over.map((session) => this.#options.settle(session)))
    await this.collect(name)
    await this.leases.abandonBroken(name)
    return this.leases.whyUnfinished(name)
  }

  #homeOf(profile: string): string | undefined {
    return this.#options.sessions().find(({ record }) => record?.profile === profile && record.home)?.record?.home
  }

  #hasLive(profile: string): boolean {
    return this.#options.sessions().some(({ record, live }) => live && record?.profile === profile)
  }
}
