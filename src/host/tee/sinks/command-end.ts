/** The end of a tee's command: awaited, or brought about by identity when it does not end by itself. */
import type { ChildProcess } from 'node:child_process'
import { OneTimeEvent } from '../../../platform/process/one-time-event.js'
import type { WaitStatus } from '../../../platform/process/owned-process.js'
import { identifyProcess, type ProcessIdentity } from '../../../platform/process/process-identity.js'
import { signalGroup } from '../../../platform/process/process-signal.js'

/** What a command that was cut off has for its own cleaning up. */
const TERM_GRACE_MS = 500
/** A killed process is gone in milliseconds, unless it hangs in the kernel. */
const KILL_BOUND_MS = 1_000

export class CommandEnd {
  /** Settles when the command was collected. */
  readonly status: Promise<WaitStatus>
  readonly #identity: ProcessIdentity | undefined
  readonly #ended = new OneTimeEvent()
  #hasEnded = false

  constructor(child: ChildProcess) {
    this.#identity = child.pid === undefined ? undefined : identifyProcess(child.pid)
    this.status = new Promise((resolve) => {
      child.once('exit', (code, signal) => {
        this.#hasEnded = true
        this.#ended.raise()
        resolve({ code, signal })
      })
    })
  }

  /** Whether it is collected by then. */
  within(boundMs: number): Promise<boolean> {
    return this.#ended.within(boundMs)
  }

  /** Ends it and its group unless it has ended: SIGTERM, a moment, SIGKILL. Resolves when it is gone, or hangs in the kernel. */
  async force(): Promise<void> {
    if (this.#hasEnded) return
    if (await this.#signalled('SIGTERM', TERM_GRACE_MS)) return
    await this.#signalled('SIGKILL', KILL_BOUND_MS)
  }

  #signalled(signal: NodeJS.Signals, boundMs: number): Promise<boolean> {
    if (this.#identity) signalGroup(this.#identity, signal)
    return this.#ended.within(boundMs)
  }
}
