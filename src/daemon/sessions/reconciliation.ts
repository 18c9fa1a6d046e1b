/**
 * What is done with all sessions at once: taking them in when the daemon starts, and from time to time making up for what
 * watching has missed. Each step may be done again at any time, by this daemon or by the next.
 */
import { type PerchPaths, sessionFolder } from '../../platform/paths.js'
import type { SessionChronicle } from '../events/session-chronicle.js'
import type { Notifier } from '../notify/notifier.js'
import type { UsageLedger } from '../usage/usage-ledger.js'
import type { HostContact } from './host-contact.js'
import type { KeptSessions } from './kept-sessions.js'
import type { ProfileRuntimes } from './profile-runtimes.js'
import type { SessionRegistry } from './registry.js'
import type { SessionSettlement } from './session-settlement.js'
import type { SpareHost } from './spare-host.js'

export interface ReconciliationParts {
  readonly paths: PerchPaths
  readonly registry: SessionRegistry
  readonly contact: HostContact
  readonly settlement: Pick<SessionSettlement, 'forget'>
  readonly chronicle: Pick<SessionChronicle, 'tellAll'>
  readonly notifier: Pick<Notifier, 'consider'>
  readonly usage: Pick<UsageLedger, 'takeOver' | 'pass' | 'forget'>
  readonly runtimes: ProfileRuntimes
  readonly kept: KeptSessions
  readonly spareHost: Pick<SpareHost, 'prepareUnhurried'>
  /** The daemon is ending: nothing new is begun. */
  readonly isClosing: () => boolean
}

export class Reconciliation {
  readonly #parts: ReconciliationParts

  constructor(parts: ReconciliationParts) {
    this.#parts = parts
  }

  /** Connects to every live host and deals with every dead one. Takes as long as the slowest of them. */
  async atStart(): Promise<void> {
    const { registry, contact, usage, spareHost, runtimes, notifier } = this.#parts
    registry.adopt()
    this.#tellStories()
    await Promise.all(registry.all().map((session) => contact.connectOrSettle(session)))
    // Of what was told to the daemon before, which may have died before it told anybody.
    for (const session of registry.all()) if (session.live) notifier.consider(session)
    usage.takeOver(registry.all())
    spareHost.prepareUnhurried()
    await runtimes.collect()
    runtimes.live.start()
  }

  /** What watching may have missed. */
  async slowPass(): Promise<void> {
    const { registry, contact, settlement, usage, kept, runtimes, isClosing } = this.#parts
    registry.adopt()
    for (const session of registry.dropVanished()) {
      settlement.forget(session)
      usage.forget(session.id)
    }
    this.#tellStories()
    usage.pass(registry.all())
    kept.prune()
    runtimes.live.slowPass()
    await Promise.all(registry.all().map((session) => contact.renew(session)))
    if (!isClosing()) await runtimes.collectUnfinished()
    if (!isClosing()) await runtimes.collectAbandoned()
  }

  /** What an earlier daemon did not come to, or the journal did not take. */
  #tellStories(): void {
    const { paths, registry, chronicle } = this.#parts
    chronicle.tellAll(registry.all(), (id) => sessionFolder(paths, id))
  }
}
