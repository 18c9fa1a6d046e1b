/**
 * Values that are known already instead of fresh copies that say the same, so that what did not change is the same object in
 * every document that perch holds: comparing and writing it again then cost nothing.
 */
import { isJsonObject } from './json-value.js'

/**
 * `fresh` with every value in it that `known` has at the same place, with the same order of keys, replaced by that one; `known`
 * itself when nothing is different. Changes `fresh`, which must belong to the caller alone, and is not nested too deeply.
 */
export function sharingWith(fresh: unknown, known: unknown): unknown {
  if (fresh === known) return known
  if (Array.isArray(fresh) && Array.isArray(known)) return sharingArray(fresh, known)
  if (isJsonObject(fresh) && isJsonObject(known)) return sharingObject(fresh, known)
  return fresh
}

function sharingArray(fresh: unknown[], known: readonly unknown[]): readonly unknown[] {
  let isSame = fresh.length === known.length
  for (let at = 0; at < fresh.length; at++) {
    fresh[at] = sharingWith(fresh[at], known[at])
    isSame &&= Object.is(fresh[at], known[at])
  }
  return isSame ? known : fresh
}

function sharingObject(fresh: Record<string, unknown>, known: Readonly<Record<string, unknown>>): unknown {
  const keys = Object.keys(fresh)
  const knownKeys = Object.keys(known)
  let isSame = keys.length === knownKeys.length
  for (const [at, key] of keys.entries()) {
    isSame &&= key === knownKeys[at]
    if (!Object.hasOwn(known, key)) continue
    // An own `__proto__` is assigned to like any other key.
    fresh[key] = sharingWith(fresh[key], known[key])
    isSame &&= Object.is(fresh[key], known[key])
  }
  return isSame ? known : fresh
}
