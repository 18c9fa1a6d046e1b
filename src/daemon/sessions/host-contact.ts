/** Keeps in touch with the hosts of live sessions, and hands a session that is over, or whose host is, to the settlement. */
import { type DaemonLog, errorFields } from '../daemon-log.js'
import type { SessionSettlement } from './session-settlement.js'
import type { TrackedSession } from './tracked-session.js'

export interface HostContactOptions {
  readonly log: DaemonLog
  readonly settlement: Pick<SessionSettlement, 'isDone'>
  readonly settle: (session: TrackedSession) => Promise<void>
}

export class HostContact {
  readonly #options: HostContactOptions

  constructor(options: HostContactOptions) {
    this.#options = options
  }

  /** Connects to a live host, after making sure that its socket is there; settles what is over. */
  async renew(session: TrackedSession): Promise<void> {
    if (session.live) await session.restoreSocket()
    await this.connectOrSettle(session)
  }

  /** Connects to a live host; settles a session that is over, or whose host does not answer. */
  async connectOrSettle(session: TrackedSession): Promise<void> {
    if (this.#options.settlement.isDone(session)) return
    const { live, mustSettle } = session.derive()
    if (live && !mustSettle && (await this.connect(session))) return
    await this.#options.settle(session)
  }

  /** Whether there is a connection to the session's host now. */
  async connect(session: TrackedSession): Promise<boolean> {
    try {
      await session.connect()
      return true
    } catch (error) {
      this.#options.log.debug('a host does not answer', { session: session.id, ...errorFields(error) })
      return false
    }
  }
}
