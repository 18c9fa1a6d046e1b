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
  let before = 0
  let kept = 0
  for (const [key, value] of Object.entries(base)) {
    const other = ownValue(now, key)
    const entries = isJsonObject(value) ? Object.keys(value) : []
    before += 1 + entries.length
    if (Object.hasOwn(now, key)) kept += 1
    if (other === value) kept += entries.length
    else if (isJsonObject(other)) kept += entries.filter((entry) => Object.hasOwn(other, entry)).length
  }
  return before >= SHRINK_GUARD_MIN_KEYS && kept < before * SHRINK_GUARD_KEPT_PART
}
