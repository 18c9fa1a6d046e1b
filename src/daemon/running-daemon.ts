/**
 * A daemon that serves: looks around from time to time, and ends its parts in the opposite order in which they began. The
 * sessions are never among them.
 */
import { rmSync } from 'node:fs'
import type { FileLock } from '../platform/files/file-lock.js'
import { daemonAddressPath, type PerchPaths } from '../platform/paths.js'
import { type DaemonLog, errorFields } from './daemon-log.js'
import type { EventJournal } from './events/event-journal.js'
import type { ControlSocket } from './http/control-socket.js'
import type { ApiServer } from './http/http-server.js'
import type { Supervisor } from './sessions/supervisor.js'

export interface Daemon {
  /** Settles when the daemon has ended, by `stop` or by itself. */
  readonly ended: Promise<void>
  /** Ends the daemon; sessions go on. */
  stop(why: string): void
}

/** Catches what watching missed: a socket file that vanished, a host that came or went unseen. */
const SLOW_PASS_MS = 30_000
/**
 * Releases and launches under way get this long when the daemon ends: most take milliseconds, and while they write they
 * hold the agent's own locks. Under the 5 s that an impatient supervisor grants; the next daemon does the rest again.
 */
const LAST_WORK_MS = 4_000

/** Another daemon may hold the lock that lies there now; and without the state folder there is nothing to serve. */
export const STATE_IS_GONE = 'the state folder is gone'

export interface DaemonParts {
  readonly paths: PerchPaths
  readonly log: DaemonLog
  readonly lock: FileLock
  readonly supervisor: Supervisor
  readonly journal: EventJournal
  readonly server: ApiServer
  /** Whether the state folder is still the one whose lock this daemon holds. */
  readonly ownsState: () => boolean
  readonly socket: ControlSocket
}

export class RunningDaemon implements Daemon {
  readonly ended: Promise<void>
  readonly #parts: DaemonParts
  readonly #slowPass: NodeJS.Timeout
  #end: () => void = () => {}
  #stopping = false

  constructor(parts: DaemonParts) {
    this.#parts = parts
    this.ended = new Promise((resolve) => {
      this.#end = resolve
    })
    this.#slowPass = setInterval(() => this.#lookAround(), SLOW_PASS_MS)
    parts.supervisor.reconciliation
      .atStart()
      .catch((error) => parts.log.warn('taking in the sessions failed', errorFields(error)))
  }

  stop(why: string): void {
    if (this.#stopping) return
    this.#stopping = true
    this.#parts.log.info('the daemon ends', { why })
    clearInterval(this.#slowPass)
    this.#close().then(this.#end, (error) => {
      this.#parts.log.warn('ending was not clean', errorFields(error))
      this.#end()
    })
  }

  async #close(): Promise<void> {
    const { paths, log, lock, supervisor, journal, server, socket, ownsState } = this.#parts
    try {
      await socket.close()
      journal.close()
      await server.close()
      supervisor.close()
      // Else the address that lies there is another daemon's.
      if (ownsState()) rmSync(daemonAddressPath(paths), { force: true })
      if (!(await supervisor.idle(LAST_WORK_MS))) log.warn('the daemon ends with work under way')
    } finally {
      supervisor.usage.close()
      lock.close()
    }
  }

  #lookAround(): void {
    const { log, supervisor, socket, ownsState } = this.#parts
    if (!ownsState()) {
      this.stop(STATE_IS_GONE)
      return
    }
    socket.check().catch((error) => log.warn('the control socket could not be made again', errorFields(error)))
    supervisor.reconciliation.slowPass().catch((error) => log.warn('the slow pass failed', errorFields(error)))
  }
}
