/**
 * Brings the daemon back: when the last connection of a daemon is lost while the session lives, and when the session
 * ends without one (somebody has to release its lease). Not after `perch daemon stop`, and not while one is starting.
 */
import { closeSync, existsSync, openSync } from 'node:fs'
import { join } from 'node:path'
import { isFileLockHeld } from '../platform/files/file-lock.js'
import { spawnDetached } from '../platform/process/spawn-detached.js'

/** Spread over this time, so that the first of a hundred hosts starts the daemon and the others see its lock. */
const HERD_SPREAD_MS = 300
/** Some seconds: a daemon that holds its lock for longer is there, and connects or is replaced by the next command. */
const LOOKS = 30

export interface DaemonWatchOptions {
  readonly stateFolder: string
  readonly report: (problem: unknown) => void
}

export class DaemonWatch {
  readonly #options: DaemonWatchOptions
  readonly #connected = new Set<object>()
  #timer: NodeJS.Timeout | undefined
  #sessionEnded = false

  constructor(options: DaemonWatchOptions) {
    this.#options = options
  }

  /** A daemon holds this connection. */
  joined(connection: object): void {
    this.#connected.add(connection)
    clearTimeout(this.#timer)
  }

  /** A connection is gone; of interest when it was a daemon's. */
  left(connection: object): void {
    if (!this.#connected.delete(connection) || this.#connected.size > 0 || this.#sessionEnded) return
    this.#lookSoon(LOOKS)
  }

  /** The session has ended. */
  ended(): void {
    this.#sessionEnded = true
    clearTimeout(this.#timer)
    if (this.#connected.size === 0) this.#startDaemon()
  }

  /** A killed daemon's lock outlives its connections by a moment, and a starting one has yet to connect: look again. */
  #lookSoon(looks: number): void {
    this.#timer = setTimeout(() => {
      if (this.#startDaemon() === 'locked' && looks > 1) this.#lookSoon(looks - 1)
    }, Math.random() * HERD_SPREAD_MS)
  }

  #startDaemon(): 'locked' | undefined {
    const { stateFolder, report } = this.#options
    try {
      if (existsSync(join(stateFolder, 'daemon.stopped'))) return undefined
      if (isFileLockHeld(join(stateFolder, 'locks', 'daemon.lock'))) return 'locked'
      const log = openSync(join(stateFolder, 'daemon.log'), 'a', 0o600)
      const daemon = spawnDetached({ program: 'perchd', stdio: ['ignore', log, log] })
      daemon.on('error', report)
      daemon.unref()
      closeSync(log)
    } catch (error) {
      report(error)
    }
    return undefined
  }
}
