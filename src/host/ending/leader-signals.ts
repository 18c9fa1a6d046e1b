/**
 * Signals to the leader of a session and to its terminal's foreground job, with the facts that the outcome is derived
 * from: what was sent, when, and what the leader did with such a signal at that time.
 */
import type { ProcessIdentity } from '../../platform/process/process-identity.js'
import { signalDisposition, signalGroup, signalProcess } from '../../platform/process/process-signal.js'
import type { SignalFact } from './outcome.js'

/** Signals that the keyboard sends to the foreground job rather than to the shell that waits for it. */
const KEYBOARD_SIGNALS: readonly NodeJS.Signals[] = ['SIGINT', 'SIGQUIT', 'SIGTSTP']

/** The facts are part of the exit record, which must fit into a frame. Beyond it, more of the same are not noted. */
const FACTS_LIMIT = 250

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
    if (job === undefined) this.#sendToGroup(signal, false)
    else signalForeground(job, signal)
  }

  /** Sends to the leader alone. */
  sendToLeader(signal: NodeJS.Signals): void {
    this.#note(signal, false)
    signalProcess(this.#leader, signal)
  }

  /** Sends the signals in this order to the leader's group and the foreground job, to end them. */
  sendToEnd(signals: readonly NodeJS.Signals[]): void {
    const job = this.#foregroundJob()
    for (const signal of signals) {
      if (job !== undefined) signalForeground(job, signal)
      this.#sendToGroup(signal, signal !== 'SIGCONT')
    }
  }

  /** The leader is about to be sent SIGKILL by itself. Noted once, however often it takes. */
  noteKill(): void {
    if (!this.#facts.some(({ signal }) => signal === 'SIGKILL')) this.#note('SIGKILL', true)
  }

  #sendToGroup(signal: NodeJS.Signals, toEnd: boolean): void {
    this.#note(signal, toEnd)
    signalGroup(this.#leader, signal)
  }

  #note(signal: NodeJS.Signals, toEnd: boolean): void {
    const disposition = signalDisposition(this.#leader.pid, signal)
    const isKnown = (fact: SignalFact) => fact.signal === signal && fact.disposition === disposition && fact.toEnd === toEnd
    if (this.#facts.length >= FACTS_LIMIT && this.#facts.some(isKnown)) return
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
