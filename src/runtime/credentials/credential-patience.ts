/**
 * How long a live login has been in a state that may pass by itself, by a clock that no clock step moves. One object per
 * live profile, kept by whoever watches it and handed to every look; losing it only starts the times anew.
 */

/** What a look may find and have to wait for. */
export type PassingState =
  /** The login is blank or gone, and none of the client's locks is held. */
  | 'logged-out'
  /** The file is empty or cut off. */
  | 'mid-write'
  /** The client holds one of its locks. */
  | 'locked'

export interface CredentialPatience {
  /** Monotonic. */
  readonly nowMs: () => number
  /** When each state that still lasts was first seen. */
  readonly since: Map<PassingState, number>
}

/** Patience for one live profile; `nowMs` is for tests. */
export function newCredentialPatience(nowMs: () => number = () => performance.now()): CredentialPatience {
  return { nowMs, since: new Map() }
}

/** For how many milliseconds the state has lasted, with this look. */
export function lastedMs({ nowMs, since }: CredentialPatience, state: PassingState): number {
  const now = nowMs()
  const first = since.get(state) ?? now
  since.set(state, first)
  return now - first
}

/** These states are over. */
export function isOver({ since }: CredentialPatience, ...states: readonly PassingState[]): void {
  for (const state of states) since.delete(state)
}
