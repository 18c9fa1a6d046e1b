/**
 * Brings the login in a runtime and the durable one together: looks at both, decides, stores, shows the result in the runtime
 * and notes what both now have in common. Each step leaves a state from which the next look comes to the same end. Nothing of
 * a login is logged.
 */
import { rmSync } from 'node:fs'
import type { RuntimeContext } from '../runtime-context.js'
import { reached } from '../runtime-step.js'
import { decideCredentialWinner } from '../sync/credential-decision.js'
import { type CredentialDecision, credentialHash } from '../sync/credential-question.js'
import { type RuntimeIndex, readIndex, writeIndex } from '../tree/index-file.js'
import { keepBytesAside } from '../tree/kept-aside.js'
import { linkTarget } from '../tree/links.js'
import { type CredentialFile, durablePath, livePath, readCredential, storeDurable, storeLogin } from './credential-file.js'
import { showDurable } from './show-login.js'

export interface LoginLook {
  readonly decision: CredentialDecision
  readonly live: CredentialFile | null
  readonly durable: CredentialFile | null
}

/** What is to be done about the login; null when there is nothing to decide. */
export function lookAtLogin(context: RuntimeContext, index: RuntimeIndex | undefined): LoginLook | null {
  const now = linkTarget(livePath(context))
  if (context.linkMode === 'link' && now === durablePath(context)) return null
  // Only after a build that was finished does a missing login mean that the client deleted it.
  if (now === undefined && index?.phase !== 'built') return null
  const live = now === undefined ? null : readCredential(livePath(context))
  const durable = readCredential(durablePath(context))
  const facts = context.relocation.credential
  const decision = decideCredentialWinner({ facts, durable, live, baseHash: index?.credential })
  const isNoted = index?.credential === (durable === null ? null : credentialHash(durable.bytes))
  if (context.linkMode === 'copy' && decision.action === 'keep' && isNoted) return null
  reached('credential-decided')
  return { decision, live, durable }
}

/** Does what was decided; false when the client wrote its login anew meanwhile: look again. The client's locks are held. */
export function takeOver(context: RuntimeContext, look: LoginLook): boolean {
  const { decision, live } = look
  const { file } = context.relocation.credential
  if (decision.action === 'wait') return true
  if (decision.action !== 'keep') {
    if (decision.loser !== null) {
      const belongs = { kind: 'login', target: durablePath(context) } as const
      keepBytesAside(context, file, decision.loser, `of two logins this one lost: ${decision.why}`, belongs)
    }
    if (decision.action === 'adopt' && live !== null) storeLogin(context, decision.bytes, originOf(look, live), decision.why)
    if (decision.action === 'restore') context.journal.write({ what: 'login-restored', name: file, why: decision.why })
    if (decision.action === 'log-out') logOut(context, decision.bytes, live, decision.why)
  }
  reached('credential-stored')
  const shown = showDurable(context, live?.seen ?? null)
  if (shown === undefined) return false
  reached('credential-shown')
  noteBase(context, shown.hash)
  reached('credential-base-noted')
  return true
}

/** Where the bytes to store come from, and when they were written: a stored login to which something was added stays as old as it is. */
function originOf({ decision, durable }: LoginLook, live: CredentialFile): Pick<CredentialFile, 'path' | 'mtimeMs'> {
  const isDurableKept = 'loser' in decision && decision.loser === live.bytes && durable !== null
  return isDurableKept ? { path: live.path, mtimeMs: durable.mtimeMs } : live
}

/**
 * Notes what runtime and profile have in common. Only once the runtime shows it: noted earlier, a crash would make the
 * client's new login look like the old one.
 */
export function noteBase(context: RuntimeContext, credential: string | null): void {
  const index = readIndex(context)
  if (index !== undefined && index.credential !== credential) writeIndex(context, { ...index, credential })
}

function logOut(context: RuntimeContext, bytes: Uint8Array | null, live: CredentialFile | null, why: string): void {
  const { file } = context.relocation.credential
  if (bytes === null || live === null) rmSync(durablePath(context), { force: true })
  else storeDurable(context, bytes, live.mtimeMs)
  context.journal.write({ what: 'logged-out', name: file, why })
  context.notices.push(`The profile ${context.request.profile.name} is logged out: ${why}.`)
}
