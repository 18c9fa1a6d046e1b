/**
 * Brings the daemon back: when the last connection of a daemon is lost while the session lives, and when the session
 * ends without one (somebody has to release its lease). Not after `perch daemon stop`, and not while one is starting.
 */
import type { ChildProcess } from 'node:child_process'
import { closeSync, existsSync, openSync } from 'node:fs'
import { type FileLock, isFileLockHeld, tryFileLock } from '../platform/files/file-lock.js'
import { daemonLockPath, daemonLogPath, daemonStartLockPath, daemonStopMarkPath } from '../platform/paths.js'
import { spawnDetached } from '../platform/process/spawn-detached.js'

/** Spread over this time, so that a hundred hosts do not all ask for the locks at once. */
const HERD_SPREAD_MS = 300
/** A daemon answers after about 0.1 s; as long as a command waits for one that it started on a machine under full load. */
const START_TIMEOUT_MS = 15_000
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
  #releaseStart: (() => void) | undefined

  constructor(options: DaemonWatchOptions) {
    this.#options = options
  }

  /** A daemon holds this connection. */
  joined(connection: object): void {
    this.#connected.add(connection)
    clearTimeout(this.#timer)
    this.#releaseStart?.()
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
    const { stateFolder: state, report } = this.#options
    let starting: FileLock | undefined
    try {
      if (existsSync(daemonStopMarkPath({ state }))) return undefined
      // Until a daemon has its own lock, 50 hosts that lost theirs started 50 of them, and a command waited for seconds.
      starting = tryFileLock(daemonStartLockPath({ state }))
      if (!starting) return 'locked'
      if (isFileLockHeld(daemonLockPath({ state }))) {
        starting.close()
        return 'locked'
      }
      const log = openSync(daemonLogPath({ state }), 'a', 0o600)
      const daemon = spawnDetached({ program: 'perchd', stdio: ['ignore', log, log] })
      daemon.on('error', report)
      daemon.unref()
      closeSync(log)
      this.#holdWhileStarting(starting, daemon)
    } catch (error) {
      starting?.close()
      report(error)
    }
    return undefined
  }

  /** Nobody else starts one until this one has connected, has ended, or has had its time. */
  #holdWhileStarting(starting: FileLock, daemon: ChildProcess): void {
    const release = () => {
      clearTimeout(bound)
      starting.close()
    }
    const bound = setTimeout(release, START_TIMEOUT_MS)
    bound.unref()
    for (const end of ['error', 'exit'] as const) daemon.once(end, release)
    this.#releaseStart = release
  }
}
