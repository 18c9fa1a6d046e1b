/** What a look at a live login comes to while something is in the way: after which time to look again, and when that is over. */
import type { PassOutcome } from '../live/pass-outcome.js'
import { isHeld, lockFolders } from '../locks/client-locks.js'
import type { RuntimeContext } from '../runtime-context.js'
import { type CredentialPatience, isOver, lastedMs } from './credential-patience.js'

/** A client that refreshes or logs in anew blanks or deletes its login for a moment; what stays so this long is a logout. */
export const LOGOUT_AFTER_MS = 5_000

/** No client takes this long to write a file of some hundred bytes. */
export const WHOLE_WITHIN_MS = 5_000

/** The slowest of the known locks is stale by then, unless a live client keeps touching it. */
export const LOCKED_AT_MOST_MS = 60_000

/** The outcome while a login that is blank or gone is not yet a logout; null once it is one. */
export function maybeLoggedOut(context: RuntimeContext, patience: CredentialPatience): PassOutcome | null {
  const lock = lockFolders(context, context.relocation.credential.locks).find(isHeld)
  // Whoever holds a lock is in the middle of something: the time starts again when it is given back.
  if (lock !== undefined) {
    isOver(patience, 'logged-out')
    return held(patience, lock.path)
  }
  isOver(patience, 'locked')
  const leftMs = LOGOUT_AFTER_MS - lastedMs(patience, 'logged-out')
  if (leftMs <= 0) return null
  return { state: 'waiting', why: 'the login is blank or gone; that may be a logout', againInMs: Math.ceil(leftMs) }
}

/** The outcome while a file is empty or cut off. */
export function midWrite(patience: CredentialPatience): PassOutcome {
  const lasted = lastedMs(patience, 'mid-write')
  if (lasted < WHOLE_WITHIN_MS) {
    return { state: 'waiting', why: 'the login is being written', againInMs: againInMs(lasted) }
  }
  return { state: 'blocked', why: 'the login in the runtime is not whole, and is left to the agent; the stored one is kept' }
}

/** The outcome while the client holds the lock at `path`. */
export function held(patience: CredentialPatience, path: string): PassOutcome {
  const lasted = lastedMs(patience, 'locked')
  const why = `the agent holds ${path}`
  if (lasted < LOCKED_AT_MOST_MS) return { state: 'waiting', why, againInMs: againInMs(lasted) }
  return { state: 'blocked', why: `${why}, for ${Math.round(lasted / 1000)} s by now` }
}

/** Each look waits a quarter of the time so far: soon at first, and few looks in all. */
function againInMs(lasted: number): number {
  return Math.round(Math.min(2_000, Math.max(20, lasted / 4)))
}
