/**
 * One host that is up before anybody asks for it: a start of Node is most of what starting a session costs. It knows
 * nothing of any session until it is taken, is nobody's session until then, and ends by itself when the daemon does, whose
 * pipe it waits on. Where there is none (taken a moment ago, killed, switched off) a session gets a new process.
 */
import type { ChildProcess } from 'node:child_process'
import type { PerchPaths } from '../../platform/paths.js'
import { messageOf, PerchError } from '../../platform/perch-error.js'
import { spawnDetached } from '../../platform/process/spawn-detached.js'
import { readDaemonConfig } from '../config.js'
import type { DaemonLog } from '../daemon-log.js'

/** Where its words go until it has a session: into the log of the daemon. */
const STDERR = 2
/** Starting a process takes the daemon some milliseconds, in which the session that was just started is not answered. */
const SOON_MS = 10
/** Many daemons are started by a command that starts no session, and some are gone right after it. */
const UNHURRIED_MS = 1_000

export class SpareHost {
  readonly #log: DaemonLog
  readonly #paths: PerchPaths
  #child: ChildProcess | undefined
  #timer: NodeJS.Timeout | undefined
  #isClosed = false

  /** Whether one is wanted at all is read in `config.toml` of `paths`, before each start. */
  constructor(options: { readonly log: DaemonLog; readonly paths: PerchPaths }) {
    this.#log = options.log
    this.#paths = options.paths
  }

  /** Starts one when what is under way now has been answered, unless there is one already. */
  prepareSoon(): void {
    this.#prepareIn(SOON_MS)
  }

  /** As `prepareSoon`, without anybody known to want it. */
  prepareUnhurried(): void {
    this.#prepareIn(UNHURRIED_MS)
  }

  /** Hands it over, up or still starting; undefined when there is none. */
  take(): ChildProcess | undefined {
    const child = this.#child
    this.#child = undefined
    return child
  }

  /** Ends it. */
  close(): void {
    this.#isClosed = true
    clearTimeout(this.#timer)
    const child = this.take()
    child?.stdin?.destroy()
    child?.stdout?.destroy()
  }

  /** Asked for once more, it is put off: each of many sessions that start at once has its own host by then. */
  #prepareIn(delayMs: number): void {
    clearTimeout(this.#timer)
    if (!this.#isClosed) this.#timer = setTimeout(() => this.#prepare(), delayMs)
  }

  /**
   * One that cannot be started or that ends is not replaced before it is asked for again: an installation that was removed
   * must not make the daemon start processes over and over.
   */
  #prepare(): void {
    if (this.#child || !isWanted(this.#paths)) return
    let child: ChildProcess
    try {
      child = spawnDetached({ program: 'host', args: ['--spare'], stdio: ['pipe', 'pipe', STDERR] })
    } catch (error) {
      this.#log.warn('a spare host could not be started', { problem: messageOf(error) })
      return
    }
    this.#child = child
    child.unref()
    child.stdin?.on('error', () => {})
    child.on('error', (error) => this.#lost(child, error.message))
    child.once('exit', (code, signal) => this.#lost(child, signal ?? `code ${code}`))
  }

  #lost(child: ChildProcess, why: string): void {
    if (this.#child !== child) return
    this.#child = undefined
    this.#log.info('the spare host ended', { why })
  }
}

/** A config that cannot be read is told to whoever starts a session; that one takes the ordinary way. */
function isWanted(paths: PerchPaths): boolean {
  try {
    return readDaemonConfig(paths).spareHosts > 0
  } catch (error) {
    if (error instanceof PerchError && error.code === 'bad-config') return false
    throw error
  }
}
