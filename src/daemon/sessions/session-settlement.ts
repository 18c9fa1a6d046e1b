/**
 * The end of sessions, dealt with once each: told from the folder or from a host's death, cleared up after where the host
 * could not, and with what the session held of its profile's runtime given back.
 */
import { existsSync, rmSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import type { SessionRecord } from '../../api/session-record.js'
import { type PerchPaths, sessionSocketPath } from '../../platform/paths.js'
import { type DaemonLog, errorFields } from '../daemon-log.js'
import { endLeftovers, recordLost } from './lost-session.js'
import type { LeaseKeeper } from './profile-leases.js'
import type { TrackedSession } from './tracked-session.js'

export interface SettlementOptions {
  readonly paths: PerchPaths
  readonly log: DaemonLog
  readonly leases: Pick<LeaseKeeper, 'release'>
  /** A session is over: its exit is recorded. */
  readonly onEnded: (session: TrackedSession) => void
  /** A session is over and has given everything back. */
  readonly onSettled: () => void
}

/** A host closes its socket a moment before it is gone, and a killed one stays visible for as long. */
const GONE_BOUND_MS = 2_000
const GONE_POLL_MS = 10

export class SessionSettlement {
  readonly #paths: PerchPaths
  readonly #log: DaemonLog
  readonly #leases: SettlementOptions['leases']
  readonly #onEnded: SettlementOptions['onEnded']
  readonly #onSettled: () => void
  readonly #settling = new Map<string, Promise<void>>()
  readonly #done = new Set<string>()

  constructor(options: SettlementOptions) {
    this.#paths = options.paths
    this.#log = options.log
    this.#leases = options.leases
    this.#onEnded = options.onEnded
    this.#onSettled = options.onSettled
  }

  /** Whether the session is over and has given everything back. */
  isDone(session: TrackedSession): boolean {
    return this.#done.has(session.id)
  }

  /** The session is removed. */
  forget(session: TrackedSession): void {
    this.#done.delete(session.id)
  }

  /** Brings a session's index entry up to date with its end, if it has ended; does nothing to a live one. */
  async settle(session: TrackedSession): Promise<void> {
    if (this.isDone(session)) return
    const running = this.#settling.get(session.id) ?? this.#settle(session)
    this.#settling.set(session.id, running)
    try {
      await running
    } finally {
      if (this.#settling.get(session.id) === running) this.#settling.delete(session.id)
    }
  }

  async #settle(session: TrackedSession): Promise<void> {
    await this.#untilGone(session)
    const { live, mustSettle } = session.derive()
    if (live && !mustSettle) {
      // The connection broke, but the host lives.
      await session.connect().catch((error) => {
        this.#log.warn('a live host cannot be reached', { session: session.id, ...errorFields(error) })
      })
      return
    }
    if (mustSettle && !(await this.#settleLost(session))) return
    this.#onEnded(session)
    const { record, exit } = session
    this.#log.debug('a session is over', { session: session.id, outcome: exit?.exit.outcome, code: exit?.exit.code })
    if (record && holdsLease(record)) await this.#leases.release(record)
    this.#done.add(session.id)
    this.#onSettled()
  }

  async #settleLost(session: TrackedSession): Promise<boolean> {
    this.#log.info('a host died; ending what is left of its session', { session: session.id })
    // Of a record that cannot be read not even the host is known: it may live without its lock file.
    if (session.record && !(await endLeftovers(session.id, session.record.child))) {
      this.#log.warn('something of a lost session still runs', { session: session.id })
      return false
    }
    if (!(await this.#recordLost(session))) return false
    rmSync(sessionSocketPath(this.#paths, session.id), { force: true })
    session.refresh()
    return true
  }

  /** Whether it is recorded, or can be recorded nowhere; tried again later where the disk is full or read-only now. */
  async #recordLost(session: TrackedSession): Promise<boolean> {
    try {
      // Where somebody removed the folder nobody would find it.
      if (existsSync(session.folder)) await recordLost(session)
      return true
    } catch (error) {
      this.#log.warn('the end of a session cannot be recorded yet', { session: session.id, ...errorFields(error) })
      return false
    }
  }

  /** Waits, bounded, until the folder tells the end or the host is certainly dead. */
  async #untilGone(session: TrackedSession): Promise<void> {
    const deadline = performance.now() + GONE_BOUND_MS
    for (;;) {
      session.refresh()
      const { live, mustSettle } = session.derive()
      if (!live || mustSettle || performance.now() >= deadline) return
      await sleep(GONE_POLL_MS)
    }
  }
}

/** Whether an ended session still has something to give back. */
function holdsLease({ lease }: SessionRecord): boolean {
  return lease !== null && existsSync(lease)
}
