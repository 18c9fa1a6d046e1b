/**
 * How a runtime shows the durable login: by a link, or in copy mode by a copy. The copy is no second home of the login: it
 * belongs to the same profile, is brought together with the durable file at every look, and goes with the runtime.
 */
import { lstatSync, symlinkSync } from 'node:fs'
import { ensureFolder } from '../../platform/files/atomic-file.js'
import type { RuntimeContext } from '../runtime-context.js'
import { reached } from '../runtime-step.js'
import { credentialHash } from '../sync/credential-question.js'
import { type Fingerprint, ownFingerprintOf } from '../tree/fingerprint.js'
import type { RuntimeIndex } from '../tree/index-file.js'
import { linkTarget } from '../tree/links.js'
import { replaceUnchanged } from '../tree/replace-entry.js'
import { type CredentialFile, copyLogin, durableHash, durablePath, livePath, readCredential } from './credential-file.js'

/**
 * What a build puts where no login lies. A link also while there is no durable file: an agent that writes in place then
 * makes it there. A login that the client deleted since an earlier build stays away: it is being logged out.
 */
export function placeCredential(context: RuntimeContext, previous: RuntimeIndex | undefined): void {
  if (linkTarget(livePath(context)) !== undefined || isDeleted(context, previous)) return
  ensureFolder(context.config)
  showDurable(context, null)
  reached('credential-placed')
}

/** What the index of a build says of the login: what runtime and profile have in common, or had where the client went on since. */
export function placedLogin(context: RuntimeContext, previous: RuntimeIndex | undefined): string | null {
  const hasFileOfItsOwn = linkTarget(livePath(context)) === 'not-a-link'
  const isKnown = previous !== undefined && (hasFileOfItsOwn || isDeleted(context, previous))
  return isKnown ? previous.credential : durableHash(context)
}

/** The durable login that the runtime shows now, by its `credentialHash`; null when there is none. */
export interface ShownLogin {
  readonly hash: string | null
}

/**
 * Shows the durable login where the entry `seen` is (null: none); undefined when the client wrote there meanwhile.
 * @throws PerchError `disk-full`, `not-writable`, or the system error
 */
export function showDurable(context: RuntimeContext, seen: Fingerprint | null): ShownLogin | undefined {
  const [live, target] = [livePath(context), durablePath(context)]
  if (context.linkMode === 'link') {
    const isLinked = replaceUnchanged(live, seen, (staging) => symlinkSync(target, staging))
    return isLinked ? { hash: durableHash(context) } : undefined
  }
  const durable = readCredential(target)
  if (durable === null) return { hash: null }
  // A copy that is right already is not written again: its client would read it anew.
  return isCopyOf(durable, live) || copyLogin(durable, live, seen) ? { hash: credentialHash(durable.bytes) } : undefined
}

/** Whether the entry is the runtime's copy of the durable login and nothing else, so that it may be removed. */
export function isMergedCopy(context: RuntimeContext, path: string): boolean {
  if (context.linkMode !== 'copy' || path !== livePath(context) || ownFingerprintOf(path) === null) return false
  const durable = readCredential(durablePath(context))
  return durable !== null && isCopyOf(durable, path)
}

function isCopyOf(durable: CredentialFile, path: string): boolean {
  if (ownFingerprintOf(path) === null) return false
  const copy = readCredential(path)
  return copy !== null && credentialHash(copy.bytes) === credentialHash(durable.bytes)
}

function isDeleted(context: RuntimeContext, previous: RuntimeIndex | undefined): boolean {
  if (previous?.phase !== 'built' || previous.credential === null) return false
  return lstatSync(livePath(context), { throwIfNoEntry: false }) === undefined
}
