/**
 * What the daemon does with sessions, put together: starting one, dealing with its end, removing it. It owns the parts that
 * do so, and passes between them what each has to know of the others.
 */
import type { NewSession } from '../../api/control.js'
import type { HostEvent } from '../../api/host-protocol.js'
import type { PerchPaths } from '../../platform/paths.js'
import type { RuntimeRequest } from '../../runtime/runtime-context.js'
import { type DaemonLog, errorFields } from '../daemon-log.js'
import type { EventJournal } from '../events/event-journal.js'
import { profileEvent } from '../events/profile-event.js'
import { SessionChronicle } from '../events/session-chronicle.js'
import { Notifier } from '../notify/notifier.js'
import type { LimitWarning } from '../usage/limit-warnings.js'
import type { UsageLedger } from '../usage/usage-ledger.js'
import { WorkUnderWay } from '../work-under-way.js'
import { HostContact } from './host-contact.js'
import { KeptSessions } from './kept-sessions.js'
import { type LaunchedSession, launchSession } from './launch-session.js'
import { ProfileRuntimes } from './profile-runtimes.js'
import { Reconciliation } from './reconciliation.js'
import { SessionRegistry } from './registry.js'
import { renameSession } from './rename-session.js'
import { SessionSettlement } from './session-settlement.js'
import { SpareHost } from './spare-host.js'
import type { TrackedSession } from './tracked-session.js'

export interface SupervisorOptions {
  readonly paths: PerchPaths
  readonly log: DaemonLog
  readonly journal: EventJournal
  readonly usage: UsageLedger
}

export class Supervisor {
  readonly registry: SessionRegistry
  readonly reconciliation: Reconciliation
  readonly runtimes: ProfileRuntimes
  readonly usage: UsageLedger
  readonly #paths: PerchPaths
  readonly #log: DaemonLog
  readonly #settlement: SessionSettlement
  readonly #contact: HostContact
  readonly #spareHost: SpareHost
  readonly #chronicle: SessionChronicle
  readonly #notifier: Notifier
  readonly #kept: KeptSessions
  readonly #onJournal: NonNullable<RuntimeRequest['onJournal']>
  readonly #work = new WorkUnderWay()
  #closing = false

  constructor(options: SupervisorOptions) {
    this.#paths = options.paths
    this.usage = options.usage
    this.#log = options.log
    this.#chronicle = new SessionChronicle(options)
    this.#notifier = new Notifier({ ...options, isKnown: (id) => this.registry.get(id) !== undefined })
    this.#onJournal = (profile, line) => {
      const event = profileEvent(profile, line, new Date().toISOString())
      if (event) options.journal.append(event)
    }
    this.registry = new SessionRegistry({
      ...options,
      onChange: (session) => this.#changed(session),
      events: {
        hostNumberOf: (session) => this.#chronicle.hostNumberOf(session),
        take: (session, event) => this.#take(session, event),
      },
    })
    this.runtimes = new ProfileRuntimes({
      ...options,
      work: this.#work,
      sessions: () => this.registry.all(),
      settle: (session) => this.settle(session),
      onJournal: this.#onJournal,
    })
    this.#spareHost = new SpareHost(options)
    this.#kept = new KeptSessions({
      ...options,
      all: () => this.registry.all(),
      remove: (session) => this.remove(session),
    })
    this.#settlement = new SessionSettlement({
      ...options,
      leases: this.runtimes.leases,
      onEnded: (session) => {
        this.usage.takeOver([session])
        this.#chronicle.tell(session)
      },
      onSettled: () => {
        if (!this.#closing) this.#kept.pruneSoon()
      },
    })
    this.#contact = new HostContact({
      log: options.log,
      settlement: this.#settlement,
      settle: (session) => this.settle(session),
    })
    this.reconciliation = new Reconciliation({
      ...options,
      registry: this.registry,
      contact: this.#contact,
      settlement: this.#settlement,
      chronicle: this.#chronicle,
      notifier: this.#notifier,
      usage: this.usage,
      runtimes: this.runtimes,
      kept: this.#kept,
      spareHost: this.#spareHost,
      isClosing: () => this.#closing,
    })
  }

  /** @throws PerchError as `launchSession` */
  async launch(request: NewSession): Promise<LaunchedSession> {
    const dependencies = {
      paths: this.#paths,
      registry: this.registry,
      log: this.#log,
      spareHost: this.#spareHost,
      live: this.runtimes.live,
      onJournal: this.#onJournal,
    }
    const launched = await this.#work.track(launchSession(dependencies, request).finally(() => this.#spareHost.prepareSoon()))
    const { session } = launched
    this.#chronicle.tell(session)
    this.#log.info('started a session', { session: session.id, profile: session.record?.profile })
    // Before the answer: from then on the host notices when the daemon is gone. One that has ended already is settled while
    // its creation is answered: giving back a runtime may take a while.
    if (!session.live || !(await this.#contact.connect(session))) this.#changed(session)
    return launched
  }

  /** Brings a session's index entry up to date with its end, if it has ended; does nothing to a live one. */
  settle(session: TrackedSession): Promise<void> {
    return this.#work.track(this.#settlement.settle(session))
  }

  /** @throws PerchError as `renameSession` */
  async rename(session: TrackedSession, name: string): Promise<void> {
    const before = session.name
    await this.#work.track(renameSession(this.registry, session, name))
    if (session.live && session.name !== before) this.#chronicle.tellRenamed(session, before)
  }

  /** Deletes an ended session with its log. */
  remove(session: TrackedSession): void {
    this.#chronicle.tell(session)
    this.usage.takeOverLast(session)
    this.registry.remove(session)
    this.#settlement.forget(session)
    this.usage.forget(session.id)
    this.#chronicle.tellRemoved(session)
  }

  /** An allowance of a profile's account is nearly used up. */
  tellNearLimit(near: LimitWarning): void {
    this.#notifier.tellNearLimit(near)
  }

  /** Before a profile is removed: as `ProfileRuntimes.finish`. */
  finishProfile(name: string): Promise<string | undefined> {
    return this.runtimes.finish(name)
  }

  /** Lets go of every session; they run on. */
  close(): void {
    this.#closing = true
    this.runtimes.live.close()
    this.#spareHost.close()
    this.#kept.close()
    this.#notifier.close()
    for (const session of this.registry.all()) session.close()
  }

  /** Waits until nothing is under way that holds a lock or writes into a runtime. Whether that was within `boundMs`. */
  idle(boundMs: number): Promise<boolean> {
    return this.#work.idle(boundMs)
  }

  #take(session: TrackedSession, event: HostEvent): void {
    if (event.type === 'signals') {
      this.usage.takeOverSoon(session)
      return
    }
    this.#chronicle.take(session, event)
    if (event.type === 'attention') this.#notifier.consider(session)
  }

  #changed(session: TrackedSession): void {
    if (this.#closing) return
    this.settle(session).catch((error) => {
      this.#log.warn('the end of a session was not dealt with', { session: session.id, ...errorFields(error) })
    })
  }
}
