/**
 * What state a session is in, decided from what can be observed of it. Pure. Whatever cannot be told for certain counts
 * as alive: a session is never cleaned up on doubt.
 */
import type { Outcome, SessionState } from '../../api/session.js'
import type { Liveness } from '../../platform/process/process-identity.js'

export interface SessionFacts {
  readonly host: Liveness
  /** Null while the host has not started the child. */
  readonly child: Liveness | null
  /** The outcome in `exit.json`; null while there is none. */
  readonly outcome: Outcome | null
}

export interface DerivedState {
  readonly state: SessionState
  /** Whether the session still holds its name, its runtime and its processes, so that it cannot be removed. */
  readonly live: boolean
  /** The host died without a word: what is left of the child must be ended and the exit record written. */
  readonly mustSettle: boolean
}

/** Facts of another boot come in as dead processes: `livenessOf` compares the boot id. */
export function deriveState({ host, child, outcome }: SessionFacts): DerivedState {
  if (outcome !== null) return { state: outcome === 'lost' ? 'lost' : 'exited', live: false, mustSettle: false }
  if (host !== 'dead') return { state: child === null ? 'starting' : 'running', live: true, mustSettle: false }
  return { state: 'lost', live: child === 'alive' || child === 'unknown', mustSettle: true }
}
