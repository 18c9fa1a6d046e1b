/**
 * Keeps the login of a live runtime whole: takes over what the client put in the place of the link, or wrote into its copy,
 * within milliseconds of its rename. Every wait is bounded and short, because the profile's lock is held: whatever takes
 * longer (the client's locks, a file in the middle of a write, the time after which a login that is gone is a logout) is
 * given back to the caller as a time after which to look again.
 */
import { errnoOf, messageOf, PerchError } from '../../platform/perch-error.js'
import type { PassOutcome } from '../live/pass-outcome.js'
import { LIVE_PATIENCE, loadClientLocks, lockFolders, withClientLocks } from '../locks/client-locks.js'
import { reclaimOwnLocks } from '../locks/held-client-locks.js'
import type { RuntimeContext } from '../runtime-context.js'
import { readIndex } from '../tree/index-file.js'
import { durableHash } from './credential-file.js'
import { hasStranger, setStrangerAside } from './credential-leftovers.js'
import { type CredentialPatience, isOver } from './credential-patience.js'
import { held, maybeLoggedOut, midWrite } from './credential-waits.js'
import { lookAtLogin, noteBase, takeOver } from './take-over-login.js'

/** The client may write while perch is at it; it will not do so three times in a row. */
const TRIES = 3

const IN_STEP: PassOutcome = { state: 'in-step' }

/**
 * Brings the live login and the durable one together, under the profile's lock. Call it when the credential file's name was
 * in an event of the runtime's config folder or of `credentials/`, and again when the outcome asks for it. What a person
 * should know (a logout) is pushed to `context.notices`.
 */
export async function healCredential(context: RuntimeContext, patience: CredentialPatience): Promise<PassOutcome> {
  try {
    return await heal(context, patience)
  } catch (error) {
    if (!(error instanceof PerchError) && errnoOf(error) === undefined) throw error
    return { state: 'blocked', why: `the login in the runtime cannot be taken over: ${messageOf(error)}` }
  }
}

async function heal(context: RuntimeContext, patience: CredentialPatience): Promise<PassOutcome> {
  reclaimOwnLocks(context)
  const locks = lockFolders(context, context.relocation.credential.locks)
  if (hasStranger(context)) {
    const moved = await withClientLocks(context, locks, LIVE_PATIENCE, () => setStrangerAside(context))
    if (moved.busy !== null) return held(patience, moved.busy)
  }
  const index = readIndex(context)
  const look = lookAtLogin(context, index)
  const action = look?.decision.action
  if (action !== 'log-out') isOver(patience, 'logged-out')
  if (action !== 'wait') isOver(patience, 'mid-write')
  if (look === null) {
    isOver(patience, 'locked')
    // An agent that writes in place writes through the link: both sides have that in common.
    if (context.linkMode === 'link' && index?.phase === 'built') noteBase(context, durableHash(context))
    // The first look finds nothing to do, and loads what the first heal would otherwise wait for.
    await loadClientLocks()
    return IN_STEP
  }
  if (action === 'wait') return midWrite(patience)
  const isLogout = action === 'log-out'
  const tooEarly = isLogout ? maybeLoggedOut(context, patience) : null
  if (tooEarly !== null) return tooEarly
  const locked = await withClientLocks(context, locks, LIVE_PATIENCE, () => takeOverUnderLocks(context, isLogout))
  if (locked.busy !== null) return held(patience, locked.busy)
  isOver(patience, 'locked', 'logged-out')
  return locked.value ? IN_STEP : { state: 'waiting', why: 'the agent is writing its login', againInMs: 20 }
}

/** Decides anew: before the locks were held the client may have gone on. False when it still does. */
function takeOverUnderLocks(context: RuntimeContext, mayLogOut: boolean): boolean {
  const index = readIndex(context)
  for (let tries = 0; tries < TRIES; tries += 1) {
    const look = lookAtLogin(context, index)
    if (look === null) return true
    const { action } = look.decision
    if (action === 'wait' || (action === 'log-out' && !mayLogOut)) return false
    if (takeOver(context, look)) return true
  }
  return false
}
