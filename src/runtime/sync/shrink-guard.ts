/**
 * Tells a document that was reset from one that was edited: a client that cannot read its file starts over with an almost empty
 * one, and following that would erase what everybody else has. Pure.
 */
import { isJsonObject, type JsonObject, ownValue } from './json-value.js'

/** Below this a document is too small to tell a reset from an edit. */
const SHRINK_GUARD_MIN_KEYS = 6

/** A side that kept less than this part of the base's keys was reset, not edited. */
const SHRINK_GUARD_KEPT_PART = 0.5

/** Whether `now` lost most of what `base` had: counted in keys, and in the entries of objects directly below. */
export function isShrunk(base: JsonObject, now: JsonObject): boolean {
  let lost = 0
  for (const [key, value] of Object.entries(base)) {
    if (!Object.hasOwn(now, key)) lost += 1
    lost += entriesLost(value, ownValue(now, key))
  }
  if (lost === 0) return false
  const before = Object.values(base).reduce((count: number, value) => count + 1 + entryNames(value).length, 0)
  return before >= SHRINK_GUARD_MIN_KEYS && before - lost < before * SHRINK_GUARD_KEPT_PART
}

/** Nothing to count in what is the same object, which almost everything is. */
function entriesLost(before: unknown, now: unknown): number {
  if (before === now) return 0
  const names = entryNames(before)
  return isJsonObject(now) ? names.filter((name) => !Object.hasOwn(now, name)).length : names.length
}

function entryNames(value: unknown): readonly string[] {
  return isJsonObject(value) ? Object.keys(value) : []
}
