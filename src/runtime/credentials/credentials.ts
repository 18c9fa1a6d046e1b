/**
 * The login of a profile: one durable file in `credentials/`, to which the runtime has a link. Takes over what the client
 * put in place of the link, under the client's own locks and on the same bytes that the decision was made on; the loser is
 * kept aside. Nothing of a login is logged.
 */
import { rmSync } from 'node:fs'
import { ensureFolder, writeFileAtomic } from '../../platform/files/atomic-file.js'
import { CLIENT_LOCK_SHORT_WAIT_MS, CLIENT_LOCK_WAIT_MS, lockFolders, withClientLocks } from '../locks/client-locks.js'
import type { RuntimeContext } from '../runtime-context.js'
import { reached } from '../runtime-step.js'
import { decideCredentialWinner } from '../sync/credential-decision.js'
import type { CredentialDecision } from '../sync/credential-question.js'
import type { RuntimeIndex } from '../tree/index-file.js'
import { keepBytesAside } from '../tree/kept-aside.js'
import { linkTarget, placeLink } from '../tree/links.js'
import { durablePath, livePath, readSide, storeLogin } from './credential-file.js'
import { setStrangerAside, takeLeftovers } from './credential-leftovers.js'

/** Points the runtime at the durable file, also while there is none: an agent that writes in place then makes it there. */
export function linkCredential(context: RuntimeContext): void {
  if (linkTarget(livePath(context)) !== undefined) return
  ensureFolder(context.config)
  placeLink(livePath(context), durablePath(context))
  reached('credential-linked')
}

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
  setStrangerAside(context)
  const first = decide(context, index)
  if (first !== null && first.action !== 'wait' && !(inUse && first.action === 'log-out')) {
    const locks = lockFolders(context, context.relocation.credential.locks)
    const waitMs = inUse ? CLIENT_LOCK_SHORT_WAIT_MS : CLIENT_LOCK_WAIT_MS
    const locked = await withClientLocks(context, locks, waitMs, () => {
      const decision = decide(context, index)
      if (decision !== null && !(inUse && decision.action === 'log-out')) apply(context, decision)
    })
    if (locked.busy !== null) return `the agent holds ${locked.busy}`
  }
  if (inUse) return null
  takeLeftovers(context)
  return null
}

/** The decision for what lies in the runtime; null when there is nothing to decide. */
function decide(context: RuntimeContext, index: RuntimeIndex | undefined): CredentialDecision | null {
  const now = linkTarget(livePath(context))
  if (now !== undefined && now !== 'not-a-link') return null
  // Only after a build that was finished does a missing link mean that the client deleted its login.
  if (now === undefined && index?.phase !== 'built') return null
  const decision = decideCredentialWinner({
    facts: context.relocation.credential,
    durable: readSide(durablePath(context)),
    live: readSide(livePath(context)),
    baseHash: index?.credential,
  })
  reached('drain-credential-decided')
  return decision
}

function apply(context: RuntimeContext, decision: CredentialDecision): void {
  const { file } = context.relocation.credential
  if (decision.action === 'wait') return
  if (decision.action !== 'keep') {
    if (decision.loser !== null) keepBytesAside(context, file, decision.loser, `of two logins this one lost: ${decision.why}`)
    if (decision.action === 'adopt') storeLogin(context, decision.bytes, livePath(context), decision.why)
    if (decision.action === 'restore') context.journal.write({ what: 'login-restored', name: file, why: decision.why })
    if (decision.action === 'log-out') logOut(context, decision.bytes, decision.why)
  }
  reached('drain-credential-stored')
  placeLink(livePath(context), durablePath(context))
  reached('drain-credential-linked')
}

function logOut(context: RuntimeContext, bytes: Uint8Array | null, why: string): void {
  const { file } = context.relocation.credential
  if (bytes === null) rmSync(durablePath(context), { force: true })
  else writeFileAtomic(durablePath(context), bytes, { durable: true })
  context.journal.write({ what: 'logged-out', name: file, why })
  context.notices.push(`The profile ${context.request.profile.name} is logged out: ${why}.`)
}
