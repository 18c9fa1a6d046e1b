/** What lies beside the login in a credential file, when two copies of it are brought together. Pure. */
import type { CredentialFacts } from '../../agents/agent-definition.js'
import { isJsonObject, isSameJson, type JsonObject, ownValue } from './json-value.js'

/** `winner` with the entries of the maps beside the login that only `other` has: losing them signs out of every server. */
export function uniteMaps(facts: CredentialFacts, winner: JsonObject, other: JsonObject): JsonObject {
  const maps = facts.maps.flatMap((key): [string, unknown][] => {
    const [mine, theirs] = [ownValue(winner, key), ownValue(other, key)]
    if (!isJsonObject(theirs)) return []
    if (mine === undefined) return [[key, theirs]]
    return isJsonObject(mine) ? [[key, { ...theirs, ...mine }]] : []
  })
  return { ...winner, ...Object.fromEntries(maps) }
}

/** `stored` with its login, and with everything that `other`, a file without one, says beside it. */
export function takeOverBeside(facts: CredentialFacts, stored: JsonObject, other: JsonObject): JsonObject {
  const beside = Object.fromEntries(Object.entries(other).filter(([key]) => key !== facts.block))
  return uniteMaps(facts, { ...stored, ...beside }, stored)
}

/** Whether `now` replaced something of `before` rather than only adding to it. */
export function replacesAny(facts: CredentialFacts, before: JsonObject, now: JsonObject): boolean {
  return Object.entries(before).some(([key, was]) => {
    const is = ownValue(now, key)
    if (!facts.maps.includes(key) || !isJsonObject(was) || !isJsonObject(is)) return !isSameJson(was, is)
    return Object.entries(was).some(([entry, value]) => !isSameJson(value, ownValue(is, entry)))
  })
}
