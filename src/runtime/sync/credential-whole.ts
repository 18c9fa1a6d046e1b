/**
 * Which of two whole credential files survives. Pure. The later write wins, because a fresh login may expire before an older,
 * longer-lived one; the expiry only breaks a tie; a blanked login is never protected as if it were one; and fields beside the
 * login are kept.
 */
import type { CredentialFacts } from '../../agents/agent-definition.js'
import type { LoginReading } from '../../agents/login-facts.js'
import type { CredentialDecision, CredentialSide } from './credential-question.js'
import { replacesAny, takeOverBeside, uniteMaps } from './credential-union.js'
import { isSameJson, type JsonObject } from './json-value.js'

type Whole = Exclude<LoginReading, { kind: 'incomplete' }>

export interface WholeSides {
  readonly facts: CredentialFacts
  readonly durable: CredentialSide
  readonly live: CredentialSide
  readonly durableReading: Whole
  readonly liveReading: Whole
  readonly isDurableUntouched: boolean
}

/** Decides between them; `live` is not what both last had in common. */
export function decideWhole(sides: WholeSides): CredentialDecision {
  switch (sides.liveReading.kind) {
    case 'blanked':
      return decideBlanked(sides)
    case 'no-login':
      // Where the whole file is the login, one without a login has nothing beside it to take over.
      return sides.facts.block === null ? decideBlanked(sides) : decideWithoutLogin(sides)
    case 'login':
      return decideLogin(sides)
  }
}

function decideBlanked({
  facts,
  durable,
  live,
  durableReading,
  liveReading,
  isDurableUntouched,
}: WholeSides): CredentialDecision {
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

function decideWithoutLogin(sides: WholeSides): CredentialDecision {
  const { facts, durable, live, durableReading, liveReading, isDurableUntouched } = sides
  if (durableReading.kind !== 'login' && isDurableUntouched) {
    return { action: 'adopt', bytes: live.bytes, loser: null, why: 'a newer file without a login' }
  }
  const united = takeOverBeside(facts, durableReading.document, liveReading.document)
  if (isSameJson(united, durableReading.document)) return { action: 'restore', loser: null, why: 'it says nothing new' }
  const loser = replacesAny(facts, durableReading.document, united) ? durable.bytes : null
  return { action: 'adopt', bytes: bytesOf(united), loser, why: 'fields beside the login were taken over' }
}

function decideLogin(sides: WholeSides): CredentialDecision {
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

function isLiveLater({ durable, live, durableReading, liveReading }: WholeSides): boolean {
  if (live.mtimeMs !== durable.mtimeMs) return live.mtimeMs > durable.mtimeMs
  const liveExpiry = liveReading.kind === 'login' ? (liveReading.expiresAt ?? 0) : 0
  const durableExpiry = durableReading.kind === 'login' ? (durableReading.expiresAt ?? 0) : 0
  // On a full tie (file systems tick in milliseconds) the file that took the place of the link is the later one.
  return liveExpiry >= durableExpiry
}

/** The client's own bytes where nothing had to be added. */
function sameOrNew(united: JsonObject, reading: Whole, side: CredentialSide): Uint8Array {
  return isSameJson(united, reading.document) ? side.bytes : bytesOf(united)
}

function bytesOf(document: JsonObject): Uint8Array {
  return Buffer.from(JSON.stringify(document))
}
