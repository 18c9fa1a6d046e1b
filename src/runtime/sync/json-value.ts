/** JSON values as the sync decisions see them. Pure; a key named `__proto__` is a key like any other. */

export type JsonObject = Readonly<Record<string, unknown>>

/**
 * No client nests its documents like this, and everything that walks a value calls itself for each level: 100,000 of them
 * in somebody's file must not end the daemon.
 */
export const NESTING_LIMIT = 256

export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** The value under a key of its own, or undefined. */
export function ownValue(object: JsonObject, key: string): unknown {
  return Object.hasOwn(object, key) ? object[key] : undefined
}

/** Whether two JSON values say the same; the order of keys says nothing. At once for values that are the same object. */
export function isSameJson(a: unknown, b: unknown): boolean {
  if (Object.is(a, b) || a === b) return true
  if (Array.isArray(a) && Array.isArray(b)) return a.length === b.length && a.every((item, at) => isSameJson(item, b[at]))
  if (!isJsonObject(a) || !isJsonObject(b)) return false
  const keys = Object.keys(a)
  return keys.length === Object.keys(b).length && keys.every((key) => Object.hasOwn(b, key) && isSameJson(a[key], b[key]))
}

/** Whether the value is nested deeper than `levels`. */
export function isNestedDeeper(value: unknown, levels = NESTING_LIMIT): boolean {
  if (typeof value !== 'object' || value === null) return false
  if (levels === 0) return true
  return Object.values(value).some((inside) => isNestedDeeper(inside, levels - 1))
}
