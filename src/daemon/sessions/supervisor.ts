/**
 * What happens to sessions while the daemon watches: it takes them in, connects to their hosts, notices their end, gives
 * back what they held of their profile's runtime, clears up after killed hosts and removes what is past keeping. Every
 * step may be done again at any time, by this daemon or by the next.
 */
import type { NewSession } from '../../api/control.js'
import type { PerchPaths } from '../../platform/paths.js'
import { readDaemonConfig } from '../config.js'
import { type DaemonLog, errorFields } from '../daemon-log.js'
import { WorkUnderWay } from '../work-under-way.js'
import { type LaunchedSession, launchSession } from './launch-session.js'
import { LeaseKeeper } from './profile-leases.js'
import { SessionRegistry } from './registry.js'
import { pastRetention } from './retention.js'
import { SessionSettlement } from './session-settlement.js'
import type { TrackedSession } from './tracked-session.js'

export class Supervisor {
  readonly registry: SessionRegistry
  readonly #paths: PerchPaths
  readonly #log: DaemonLog
  readonly #leases: LeaseKeeper
  readonly #settlement: SessionSettlement
  readonly #work = new WorkUnderWay()
  #pruning: NodeJS.Immediate | undefined
  #closing = false

  constructor(options: { readonly paths: PerchPaths; readonly log: DaemonLog }) {
    this.#paths = options.paths
    this.#log = options.log
    this.registry = new SessionRegistry({ ...options, onChange: (session) => this.#changed(session) })
    this.#leases = new LeaseKeeper({ ...options, homeOf: (profile) => this.#homeOf(profile) })
    this.#settlement = new SessionSettlement({ ...options, leases: this.#leases, onSettled: () => this.#pruneSoon() })
  }

  /** Takes in what the folders hold: from now on the list is complete, though no host was asked yet. */
  adopt(): void {
    this.registry.adopt()
  }

  /** Connects to every live host and deals with every dead one. Takes as long as the slowest of them. */
  async reconcile(): Promise<void> {
    this.registry.adopt()
    await Promise.all(this.registry.all().map((session) => this.#connectOrSettle(session)))
    await this.#work.track(this.#leases.collect())
  }

  /** @throws PerchError as `launchSession` */
  async launch(request: NewSession): Promise<LaunchedSession> {
    const launching = launchSession({ paths: this.#paths, registry: this.registry, log: this.#log }, request)
    const launched = await this.#work.track(launching)
    const { session } = launched
    this.#log.info('started a session', { session: session.id, profile: session.record?.profile })
    // One that has ended already is settled while its creation is answered: giving back a runtime may take a while.
    if (!session.live || !(await this.#connect(session))) this.#changed(session)
    return launched
  }

  /** Brings a session's index entry up to date with its end, if it has ended; does nothing to a live one. */
  settle(session: TrackedSession): Promise<void> {
    return this.#work.track(this.#settlement.settle(session))
  }

  /** Deletes an ended session with its log. */
  remove(session: TrackedSession): void {
    this.registry.remove(session)
    this.#settlement.forget(session)
  }

  /**
   * Before a profile is removed: its ended sessions give back their runtime, and what dead ones left is taken over. Why
   * that cannot be done now, or undefined.
   */
  async finishProfile(name: string): Promise<string | undefined> {
    const over = this.registry.all().filter(({ record, live }) => record?.profile === name && !live)
    await Promise.all(over.map((session) => this.settle(session)))
    await this.#work.track(this.#leases.collect(name))
    await this.#leases.abandonBroken(name)
    return this.#leases.whyUnfinished(name)
  }

  /** What watching may have missed. */
  async slowPass(): Promise<void> {
    this.registry.adopt()
    await Promise.all(this.registry.all().map((session) => this.#lookAt(session)))
    // A runtime with live sessions is looked at again when the last of them ends.
    for (const name of this.#leases.unfinished) {
      if (!this.#closing && !this.#hasLive(name)) await this.#work.track(this.#leases.collect(name))
    }
  }

  /** Lets go of every session; they run on. */
  close(): void {
    this.#closing = true
    for (const session of this.registry.all()) session.close()
  }

  /** Waits until nothing is under way that holds a lock or writes into a runtime. Whether that was within `boundMs`. */
  idle(boundMs: number): Promise<boolean> {
    return this.#work.idle(boundMs)
  }

  #homeOf(profile: string): string | undefined {
    return this.registry.all().find(({ record }) => record?.profile === profile && record.home)?.record?.home
  }

  #hasLive(profile: string): boolean {
    return this.registry.all().some(({ record, live }) => live && record?.profile === profile)
  }

  async #lookAt(session: TrackedSession): Promise<void> {
    if (session.live) await session.restoreSocket()
    await this.#connectOrSettle(session)
  }

  /** Connects to a live host; hands a session that is over, or whose host does not answer, to the settlement. */
  async #connectOrSettle(session: TrackedSession): Promise<void> {
    if (this.#settlement.isDone(session)) return
    const { live, mustSettle } = session.derive()
    if (live && !mustSettle && (await this.#connect(session))) return
    await this.settle(session)
  }

  /** Whether there is a connection to the session's host now. */
  async #connect(session: TrackedSession): Promise<boolean> {
    try {
      await session.connect()
      return true
    } catch (error) {
      this.#log.debug('a host does not answer', { session: session.id, ...errorFields(error) })
      return false
    }
  }

  /** Removes ended sessions past their keeping. A config that cannot be read removes nothing. */
  #prune(): void {
    try {
      const ended = this.registry.all().flatMap(({ id, exit, live }) => (exit && !live ? [{ id, endedAt: exit.endedAt }] : []))
      for (const id of pastRetention(ended, readDaemonConfig(this.#paths), Date.now())) {
        const session = this.registry.get(id)
        if (session) this.remove(session)
        this.#log.info('removed a session past its keeping', { session: id })
      }
    } catch (error) {
      this.#log.warn('ended sessions were not pruned', errorFields(error))
    }
  }

  /** Once for however many sessions ended in this turn. */
  #pruneSoon(): void {
    this.#pruning ??= setImmediate(() => {
      this.#pruning = undefined
      if (!this.#closing) this.#prune()
    })
  }

  #changed(session: TrackedSession): void {
    if (this.#closing) return
    this.settle(session).catch((error) => {
      this.#log.warn('the end of a session was not dealt with', { session: session.id, ...errorFields(error) })
    })
  }
}
