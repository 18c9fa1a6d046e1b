/**
 * Which login survives: what a client left where its link to the durable login was, or in the copy that it has in copy mode,
 * or the durable one. Pure: decides on the very bytes that are then written. A side that is still what both last had in
 * common gives way. Of two that changed the later write wins, because a fresh login may expire before an older, longer-lived
 * one; the expiry only breaks a tie; a file that is cut off never wins; a blanked login is never protected as if it were
 * one; and fields beside the login are kept.
 */
import type { CredentialFacts } from '../../agents/agent-definition.js'
import { type LoginReading, readLogin } from '../../agents/login-facts.js'
import { type CredentialDecision, type CredentialQuestion, type CredentialSide, credentialHash } from './credential-question.js'
import { replacesAny, takeOverBeside, uniteMaps } from './credential-union.js'
import { isSameJson, type JsonObject } from './json-value.js'

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
  const sides: Sides = { facts, durable, live, durableReading, liveReading, isDurableUntouched: isUntouched(question) }
  switch (liveReading.kind) {
    case 'blanked':
      return decideBlanked(sides)
    case 'no-login':
      // Where the whole file is the login, one without a login has nothing beside it to take over.
      return facts.block === null ? decideBlanked(sides) : decideWithoutLogin(sides)
    case 'login':
      return decideLogin(sides)
  }
}

type Whole = Exclude<LoginReading, { kind: 'incomplete' }>

interface Sides {
  readonly facts: CredentialFacts
  readonly durable: CredentialSide
  readonly live: CredentialSide
  readonly durableReading: Whole
  readonly liveReading: Whole
  readonly isDurableUntouched: boolean
}

function decideDeleted(question: CredentialQuestion): CredentialDecision {
  if (question.durable === null) return { action: 'keep' }
  if (isUntouched(question)) {
    return { action: 'log-out', bytes: null, loser: question.durable.bytes, why: 'the client deleted its login' }
  }
  return { action: 'restore', loser: null, why: 'the stored login changed after the client deleted its own' }
}

function decideBlanked({ facts, durable, live, durableReading, liveReading, isDurableUntouched }: Sides): CredentialDecision {
  if (durableReading.kind !== 'login') {
    const why = 'neither holds a login'
    if (isDurableUntouched) return { action: 'adopt', bytes: live.bytes, loser: null, why }
    const united = uniteMaps(facts, liveReading.document, durableReading.document)
    return { action: 'adopt', bytes: sameOrNew(united, liveReading, live), loser: durable.bytes, why }
  }
  if (isDurableUntouched) {
    return { action: 'log-out', bytes: live.bytes, loser: durable.bytes, why: 'the client blanked its login' }
  }
  const why = 'a blanked login never replaces one'
  const united = uniteMaps(facts, durableReading.document, liveReading.document)
  if (isSameJson(united, durableReading.document)) return { action: 'restore', loser: live.bytes, why }
  return { action: 'adopt', bytes: bytesOf(united), loser: live.bytes, why }
}

function decideWithoutLogin(sides: Sides): CredentialDecision {
  const { facts, durable, live, durableReading, liveReading, isDurableUntouched } = sides
  if (durableReading.kind !== 'login' && isDurableUntouched) {
    return { action: 'adopt', bytes: live.bytes, loser: null, why: 'a newer file without a login' }
  }
  const united = takeOverBeside(facts, durableReading.document, liveReading.document)
  if (isSameJson(united, durableReading.document)) return { action: 'restore', loser: null, why: 'it says nothing new' }
  const loser = replacesAny(facts, durableReading.document, united) ? durable.bytes : null
  return { action: 'adopt', bytes: bytesOf(united), loser, why: 'fields beside the login were taken over' }
}

function decideLogin(sides: Sides): CredentialDecision {
  const { facts, durable, live, durableReading, liveReading, isDurableUntouched } = sides
  if (isDurableUntouched) return { action: 'adopt', bytes: live.bytes, loser: null, why: 'only the client changed it' }
  if (durableReading.kind !== 'login') {
    const united = uniteMaps(facts, liveReading.document, durableReading.document)
    return {
      action: 'adopt',
      bytes: sameOrNew(united, liveReading, live),
      loser: durable.bytes,
      why: 'the stored file held no login',
    }
  }
  if (isLiveLater(sides)) {
    const united = uniteMaps(facts, liveReading.document, durableReading.document)
    return { action: 'adopt', bytes: sameOrNew(united, liveReading, live), loser: durable.bytes, why: 'it was written later' }
  }
  const united = uniteMaps(facts, durableReading.document, liveReading.document)
  const why = 'the stored login was written later'
  if (isSameJson(united, durableReading.document)) return { action: 'restore', loser: live.bytes, why }
  return { action: 'adopt', bytes: bytesOf(united), loser: live.bytes, why }
}

function isLiveLater({ durable, live, durableReading, liveReading }: Sides): boolean {
  if (live.mtimeMs !== durable.mtimeMs) return live.mtimeMs > durable.mtimeMs
  const liveExpiry = liveReading.kind === 'login' ? (liveReading.expiresAt ?? 0) : 0
  const durableExpiry = durableReading.kind === 'login' ? (durableReading.expiresAt ?? 0) : 0
  // On a full tie (file systems tick in milliseconds) the file that took the place of the link is the later one.
  return liveExpiry >= durableExpiry
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

/** The client's own bytes where nothing had to be added. */
function sameOrNew(united: JsonObject, reading: Whole, side: CredentialSide): Uint8Array {
  return isSameJson(united, reading.document) ? side.bytes : bytesOf(united)
}

function bytesOf(document: JsonObject): Uint8Array {
  return Buffer.from(JSON.stringify(document))
}
