/**
 * Ends a session's processes: soft signals, a grace, SIGKILL to whatever is left, and proof that nothing is. No process
 * is signalled that was not identified, and every wait has a bound.
 */
import { setTimeout as sleep } from 'node:timers/promises'
import type { SignalTarget } from '../../api/host-protocol.js'
import { PerchError } from '../../platform/perch-error.js'
import { LONGEST_TIMER_MS } from '../../platform/process/longest-timer.js'
import type { ProcessIdentity } from '../../platform/process/process-identity.js'
import { signalProcess } from '../../platform/process/process-signal.js'
import { processesOf } from '../../platform/process/process-tree.js'
import { LeaderSignals } from './leader-signals.js'
import type { SignalFact } from './outcome.js'

/** What is to be ended. */
export interface TerminationTarget {
  readonly kind: 'pty' | 'pipe'
  readonly leader: ProcessIdentity
  /** The value of PERCH_SESSION in the environment of everything the session started. */
  readonly sessionMark: string
  /** Settles when the leader was collected. */
  readonly leaderExited: Promise<unknown>
  foregroundGroup(): number | undefined
}

/** How often the rest is looked for once the leader is gone: finding it reads all of /proc. */
const REST_POLL_MS = 25
/** A killed process is gone in milliseconds, unless it hangs in the kernel (a dead network file system). */
const KILL_VERIFY_MS = 5_000

/** SIGCONT lets a stopped program act on what came before it. */
const SOFT_SIGNALS: Readonly<Record<'pty' | 'pipe', readonly NodeJS.Signals[]>> = {
  pipe: ['SIGTERM', 'SIGCONT'],
  // What a closing terminal does first: an interactive shell ignores SIGTERM.
  pty: ['SIGHUP', 'SIGTERM', 'SIGCONT'],
}

export class Termination {
  readonly #target: TerminationTarget
  readonly #signals: LeaderSignals
  #leaderGone = false
  #running: Promise<void> | undefined
  #deadlineMs = Number.POSITIVE_INFINITY
  #sleeping = new AbortController()

  constructor(target: TerminationTarget) {
    this.#target = target
    this.#signals = new LeaderSignals(target.leader, () => target.foregroundGroup())
    void target.leaderExited.then(() => {
      this.#leaderGone = true
    })
  }

  /** The signals that were sent to the leader so far. */
  get facts(): readonly SignalFact[] {
    return this.#signals.facts
  }

  /** Sends just this signal: to the leader's group, a keyboard signal to the terminal's foreground job; or to the leader alone. */
  signal(signal: NodeJS.Signals, to: SignalTarget = 'group'): void {
    if (to === 'leader') this.#signals.sendToLeader(signal)
    else this.#signals.send(signal)
  }

  /**
   * Ends everything within `graceMs` and a bound for the kernel. Called again while it runs, a shorter grace counts.
   * @throws PerchError `still-running` naming the processes that not even SIGKILL ended
   */
  run(graceMs: number): Promise<void> {
    const deadlineMs = performance.now() + graceMs
    if (deadlineMs < this.#deadlineMs) {
      this.#deadlineMs = deadlineMs
      this.#sleeping.abort()
    }
    this.#running ??= this.#end().finally(() => {
      this.#running = undefined
      this.#deadlineMs = Number.POSITIVE_INFINITY
    })
    return this.#running
  }

  /** Settles when nothing is being ended, however that went: whoever asked for it is told. */
  async done(): Promise<void> {
    await this.#running?.catch(() => undefined)
  }

  async #end(): Promise<void> {
    if (!this.#leaderGone) this.#signals.sendToEnd(SOFT_SIGNALS[this.#target.kind])
    await this.#waitForLeader()
    if (this.#leaderGone) await this.#endRestSoftly()
    await this.#killRest()
  }

  async #waitForLeader(): Promise<void> {
    while (!this.#leaderGone) {
      const leftMs = this.#deadlineMs - performance.now()
      if (leftMs <= 0) return
      await Promise.race([this.#target.leaderExited, this.#sleep(leftMs)])
    }
    this.#sleeping.abort()
  }

  /** Those that outlive the leader, maybe in groups of their own, are asked themselves; the same grace counts. */
  async #endRestSoftly(): Promise<void> {
    const asked = new Set<number>()
    for (;;) {
      const rest = this.#rest()
      const leftMs = this.#deadlineMs - performance.now()
      if (rest.length === 0 || leftMs <= 0) return
      for (const identity of rest) {
        if (asked.has(identity.pid)) continue
        asked.add(identity.pid)
        signalProcess(identity, 'SIGTERM')
        signalProcess(identity, 'SIGCONT')
      }
      await this.#sleep(Math.min(REST_POLL_MS, leftMs))
    }
  }

  async #killRest(): Promise<void> {
    const giveUpMs = performance.now() + KILL_VERIFY_MS
    for (;;) {
      const rest = this.#rest()
      if (rest.length === 0) return
      if (performance.now() >= giveUpMs) throw stillRunning(rest)
      for (const identity of rest) {
        if (identity.pid === this.#target.leader.pid) this.#signals.noteKill()
        signalProcess(identity, 'SIGKILL')
      }
      await sleep(REST_POLL_MS)
    }
  }

  #rest(): readonly ProcessIdentity[] {
    return processesOf({ leader: this.#target.leader, sessionMark: this.#target.sessionMark })
  }

  /** Sleeps until then, or until a call with a shorter grace: the caller looks at the deadline again. */
  async #sleep(ms: number): Promise<void> {
    this.#sleeping = new AbortController()
    await sleep(Math.min(ms, LONGEST_TIMER_MS), undefined, { signal: this.#sleeping.signal }).catch(() => undefined)
  }
}

function stillRunning(rest: readonly ProcessIdentity[]): PerchError {
  const pids = rest.map(({ pid }) => pid).join(', ')
  return new PerchError('still-running', `not even SIGKILL ended process ${pids}`, {
    hint: 'It hangs in the kernel (often a network file system) or belongs to another user.',
  })
}
