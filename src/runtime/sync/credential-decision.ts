/**
 * Which login survives: what a client left where its link to the durable login was, or in the copy that it has in copy mode,
 * or the durable one. Pure: decides on the very bytes that are then written. A side that is still what both last had in
 * common gives way, and a file that is cut off never wins; two whole files that changed are `credential-whole.ts`'s.
 */
import { type LoginReading, readLogin } from '../../agents/login-facts.js'
import { type CredentialDecision, type CredentialQuestion, credentialHash } from './credential-question.js'
import { decideWhole } from './credential-whole.js'

/** Decides; `takeOver` in `take-over-login.ts` does it. */
export function decideCredentialWinner(question: CredentialQuestion): CredentialDecision {
  const { facts, durable, live } = question
  if (live === null) return decideDeleted(question)
  if (durable !== null && Buffer.compare(durable.bytes, live.bytes) === 0) return { action: 'keep' }
  const liveReading = readLogin(facts, live.bytes)
  if (isOnlyDurableChanged(question, liveReading)) return { action: 'restore', loser: null, why: 'only the stored login changed' }
  if (liveReading.kind === 'incomplete') return { action: 'wait' }
  if (durable === null) return { action: 'adopt', bytes: live.bytes, loser: null, why: 'there was no login before' }
  const durableReading = readLogin(facts, durable.bytes)
  if (durableReading.kind === 'incomplete') {
    return { action: 'adopt', bytes: live.bytes, loser: durable.bytes, why: 'the stored file could not be read' }
  }
  return decideWhole({ facts, durable, live, durableReading, liveReading, isDurableUntouched: isUntouched(question) })
}

function decideDeleted(question: CredentialQuestion): CredentialDecision {
  if (question.durable === null) return { action: 'keep' }
  if (isUntouched(question)) {
    return { action: 'log-out', bytes: null, loser: question.durable.bytes, why: 'the client deleted its login' }
  }
  return { action: 'restore', loser: null, why: 'the stored login changed after the client deleted its own' }
}

/**
 * Whether the runtime still has what both last had in common (in copy mode the ordinary case), and the stored file something
 * whole since. A login never gives way to a file without one: only the client logs out.
 */
function isOnlyDurableChanged({ facts, durable, live, baseHash }: CredentialQuestion, liveReading: LoginReading): boolean {
  if (durable === null || live === null || baseHash !== credentialHash(live.bytes)) return false
  const stored = readLogin(facts, durable.bytes).kind
  return stored !== 'incomplete' && (stored === 'login' || liveReading.kind !== 'login')
}

function isUntouched({ durable, baseHash }: CredentialQuestion): boolean {
  if (baseHash === undefined) return false
  return (durable === null ? null : credentialHash(durable.bytes)) === baseHash
}
