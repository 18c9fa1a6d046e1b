/**
 * What a session's end is called, derived from facts: the wait status, the signals that were sent to the leader, and
 * what it did with each of them at that time. No clock is asked (an earlier tool compared times and was wrong). Pure.
 */
import type { Outcome } from '../../api/session.js'
import type { WaitStatus } from '../../platform/process/owned-process.js'

/** A signal that perch sent to the leader. */
export interface SignalFact {
  readonly signal: string
  /** ISO 8601. */
  readonly at: string
  /** What the leader did with this signal when it was sent. */
  readonly disposition: 'default' | 'ignored' | 'caught' | 'unknown'
  /** Sent to end it, and not by a person who asked for just this signal (`perch kill --signal`). */
  readonly toEnd: boolean
}

/** `exited` by itself, `terminated` after a soft signal of ours, `killed` by our SIGKILL. */
export function deriveOutcome(status: WaitStatus, signals: readonly SignalFact[]): Exclude<Outcome, 'lost'> {
  const fatal = signals.some(({ signal }) => signal === status.signal)
  if (fatal) return status.signal === 'SIGKILL' ? 'killed' : 'terminated'
  // It ended in its own way. A signal that it ignored cannot be why; one that kills by default would show in the status.
  // A handler may have run for a signal somebody sent hours ago (SIGUSR1, SIGINT): only those meant to end it count.
  const heeded = signals.some(
    ({ signal, disposition, toEnd }) => toEnd && signal !== 'SIGKILL' && (disposition === 'caught' || disposition === 'unknown'),
  )
  return heeded ? 'terminated' : 'exited'
}
