/**
 * Signals to the leader of a session and to its terminal's foreground job, with the facts that the outcome is derived
 * from: what was sent, when, and what the leader did with such a signal at that time.
 */
import type { ProcessIdentity } from '../../platform/process/process-identity.js'
import { signalDisposition, signalGroup } from '../../platform/process/process-signal.js'
import type { SignalFact } from './outcome.js'

/** Signals that the keyboard sends to the foreground job rather than to the shell that waits for it. */
const KEYBOARD_SIGNALS: readonly NodeJS.Signals[] = ['SIGINT', 'SIGQUIT', 'SIGTSTP']

export class LeaderSignals {
  readonly #leader: ProcessIdentity
  readonly #foregroundGroup: () => number | undefined
  readonly #facts: SignalFact[] = []

  constructor(leader: ProcessIdentity, foregroundGroup: () => number | undefined) {
    this.#leader = leader
    this.#foregroundGroup = foregroundGroup
  }

  /** What was sent to the leader so far. */
  get facts(): readonly SignalFact[] {
    return this.#facts
  }

  /** Sends what a person asked for: to the leader's group, a keyboard signal to the terminal's foreground job. */
  send(signal: NodeJS.Signals): void {
    const job = KEYBOARD_SIGNALS.includes(signal) ? this.#foregroundJob() : undefined
    if (job === undefined) this.#sendToLeader(signal, false)
    else signalForeground(job, signal)
  }

  /** Sends the signals in this order to the leader's group and the foreground job, to end them. */
  sendToEnd(signals: readonly NodeJS.Signals[]): void {
    const job = this.#foregroundJob()
    for (const signal of signals) {
      if (job !== undefined) signalForeground(job, signal)
      this.#sendToLeader(signal, signal !== 'SIGCONT')
    }
  }

  /** The leader is about to be sent SIGKILL by itself. Noted once, however often it takes. */
  noteKill(): void {
    if (!this.#facts.some(({ signal }) => signal === 'SIGKILL')) this.#note('SIGKILL', true)
  }

  #sendToLeader(signal: NodeJS.Signals, toEnd: boolean): void {
    this.#note(signal, toEnd)
    signalGroup(this.#leader, signal)
  }

  #note(signal: NodeJS.Signals, toEnd: boolean): void {
    const disposition = signalDisposition(this.#leader.pid, signal)
    this.#facts.push({ signal, at: new Date().toISOString(), disposition, toEnd })
  }

  /** The group in the terminal's foreground, where that is not the leader's own. */
  #foregroundJob(): number | undefined {
    const group = this.#foregroundGroup()
    return group === this.#leader.pid ? undefined : group
  }
}

/** The kernel has just named this group as the foreground one, and a number in use as a group is given to no process. */
function signalForeground(group: number, signal: NodeJS.Signals): void {
  try {
    process.kill(-group, signal)
  } catch {
    // The job ended meanwhile, or its processes changed their user (sudo): whoever ends the session looks again.
  }
}
