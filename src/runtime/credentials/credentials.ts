/**
 * Takes over a client's login at a drain: under the client's own locks, and on the same bytes that the decision was made on.
 * While clients run it is healed instead (`heal-credential.ts`), by the same steps.
 */
import { CLIENT_LOCK_SHORT_WAIT_MS, CLIENT_LOCK_WAIT_MS, lockFolders, withClientLocks } from '../locks/client-locks.js'
import type { RuntimeContext } from '../runtime-context.js'
import type { RuntimeIndex } from '../tree/index-file.js'
import { hasStranger, setStrangerAside, takeLeftovers } from './credential-leftovers.js'
import { type LoginLook, lookAtLogin, takeOver } from './take-over-login.js'

/**
 * Takes over the client's login. While sessions live only a whole new login is taken; once nobody runs, a file that is cut
 * off is kept aside and a login that was blanked or deleted is a logout.
 * @returns null when the runtime's login is the durable one, else why not
 */
export async function drainCredential(
  context: RuntimeContext,
  index: RuntimeIndex | undefined,
  inUse: boolean,
): Promise<string | null> {
  const locks = lockFolders(context, context.relocation.credential.locks)
  const waitMs = inUse ? CLIENT_LOCK_SHORT_WAIT_MS : CLIENT_LOCK_WAIT_MS
  if (hasStranger(context)) {
    const locked = await withClientLocks(context, locks, waitMs, () => setStrangerAside(context))
    if (locked.busy !== null) return `the agent holds ${locked.busy}`
  }
  const isForNow = (look: LoginLook | null): look is LoginLook =>
    look !== null && look.decision.action !== 'wait' && !(inUse && look.decision.action === 'log-out')
  if (isForNow(lookAtLogin(context, index))) {
    const locked = await withClientLocks(context, locks, waitMs, () => {
      const look = lookAtLogin(context, index)
      return !isForNow(look) || takeOver(context, look)
    })
    if (locked.busy !== null) return `the agent holds ${locked.busy}`
    if (!locked.value) return 'the agent wrote its login meanwhile'
  }
  if (inUse) return null
  takeLeftovers(context)
  return null
}
