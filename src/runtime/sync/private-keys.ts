/**
 * The keys of a document that never leave a profile: taken out before a document crosses to another side, put back after.
 * Pure. A private key is a path; a pattern may stand for its last segment, and a path that ends inside an object leaves the
 * rest of that object free to cross.
 */
import { matchesAny } from '../../agents/pattern.js'
import { isJsonObject, type JsonObject, ownValue } from './json-value.js'

/** The private keys of one object: those that are private as a whole, and those with private keys inside. */
export interface PrivateKeys {
  readonly whole: readonly string[]
  readonly inside: ReadonlyMap<string, PrivateKeys>
}

/** Nothing crosses. */
export const EVERYTHING_PRIVATE: PrivateKeys = { whole: ['*'], inside: new Map() }

/** The private keys for these paths. */
export function privateKeys(paths: readonly (readonly string[])[]): PrivateKeys {
  const whole: string[] = []
  const below = new Map<string, (readonly string[])[]>()
  for (const [first, ...rest] of paths) {
    if (first === undefined) continue
    if (rest.length === 0) whole.push(first)
    else below.set(first, [...(below.get(first) ?? []), rest])
  }
  return { whole, inside: new Map([...below].map(([key, rests]) => [key, privateKeys(rests)])) }
}

/**
 * The document without its private keys. An object that holds nothing else is left out with them: to the other side it would
 * be a change, an empty object that nobody made.
 */
export function stripPrivate(document: JsonObject, keys: PrivateKeys): JsonObject {
  return Object.fromEntries(
    Object.entries(document).flatMap(([key, value]) => {
      if (matchesAny(keys.whole, key)) return []
      const inside = keys.inside.get(key)
      if (inside === undefined || !isJsonObject(value)) return [[key, value]]
      const stripped = stripPrivate(value, inside)
      return Object.keys(stripped).length === 0 && Object.keys(value).length > 0 ? [] : [[key, stripped]]
    }),
  )
}

/** Only the private keys of the document. */
export function takePrivate(document: JsonObject, keys: PrivateKeys): JsonObject {
  return Object.fromEntries(
    Object.entries(document).flatMap(([key, value]) => {
      if (matchesAny(keys.whole, key)) return [[key, value]]
      const inside = keys.inside.get(key)
      if (inside === undefined || !isJsonObject(value)) return []
      const taken = takePrivate(value, inside)
      return Object.keys(taken).length > 0 ? [[key, taken]] : []
    }),
  )
}

/**
 * The shared document with the private keys of `owner` in it, in the order of `order` (the owner's own text), new keys
 * last. Private keys that `shared` may still hold do not count.
 */
export function restorePrivate(shared: JsonObject, owner: JsonObject, keys: PrivateKeys, order: JsonObject = owner): JsonObject {
  const names = new Set([...Object.keys(order), ...Object.keys(shared), ...Object.keys(owner)])
  return Object.fromEntries(
    [...names].flatMap((key) => {
      if (matchesAny(keys.whole, key)) return Object.hasOwn(owner, key) ? [[key, owner[key]]] : []
      return restoredEntry(key, shared, owner, keys, order)
    }),
  )
}

function restoredEntry(
  key: string,
  shared: JsonObject,
  owner: JsonObject,
  keys: PrivateKeys,
  order: JsonObject,
): readonly (readonly [string, unknown])[] {
  const inside = keys.inside.get(key)
  const ours = ownValue(owner, key)
  const theirs = ownValue(shared, key)
  const isThere = Object.hasOwn(shared, key)
  if (inside === undefined || !isJsonObject(ours)) return isThere ? [[key, theirs]] : []
  if (isThere && !isJsonObject(theirs)) {
    // The other side put something else in the place of the object: no reason to drop what is private in this one.
    const taken = takePrivate(ours, inside)
    return [[key, Object.keys(taken).length > 0 ? taken : theirs]]
  }
  const ordered = ownValue(order, key)
  const base = isJsonObject(theirs) ? theirs : {}
  const restored = restorePrivate(base, ours, inside, isJsonObject(ordered) ? ordered : ours)
  return isThere || Object.keys(restored).length > 0 ? [[key, restored]] : []
}
