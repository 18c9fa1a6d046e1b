/** The keys of a document that lost a conflict, as they are kept, and a document with other values under them. Pure but for the reading. */
import { readFileSync } from 'node:fs'
import * as v from 'valibot'
import { PerchError } from '../../platform/perch-error.js'
import { isJsonObject, type JsonObject, ownValue } from '../sync/json-value.js'

const LostKeys = v.array(
  v.looseObject({
    path: v.pipe(v.array(v.string()), v.minLength(1)),
    /** Absent for a key that was not there: a text has no other way to say so. */
    lost: v.optional(v.unknown()),
  }),
)

export interface LostKey {
  readonly path: readonly string[]
  /** Undefined for a key that was not there. */
  readonly lost: unknown
}

/** @throws PerchError `corrupt-file` */
export function readLostKeys(path: string): readonly LostKey[] {
  try {
    return v.parse(LostKeys, JSON.parse(readFileSync(path, 'utf8'))).map(({ path: key, lost }) => ({ path: key, lost }))
  } catch (cause) {
    throw new PerchError('corrupt-file', `${path} does not say which keys lost`, { cause, hint: 'Look at it yourself.' })
  }
}

/** The value at `path`; undefined when there is none. */
export function valueAt(document: JsonObject, path: readonly string[]): unknown {
  return path.reduce<unknown>((value, key) => (isJsonObject(value) ? ownValue(value, key) : undefined), document)
}

/** The document with these values, each key in its place or at the end; one without a value is taken away. */
export function withLostKeys(document: JsonObject, keys: readonly LostKey[]): JsonObject {
  return keys.reduce((changed, { path, lost }) => withValueAt(changed, path, lost), document)
}

function withValueAt(document: JsonObject, [key = '', ...rest]: readonly string[], value: unknown): JsonObject {
  const inside = ownValue(document, key)
  // What is not there needs no taking away, nor an object to take it from.
  if (value === undefined && rest.length > 0 && !isJsonObject(inside)) return document
  const changed = rest.length === 0 ? value : withValueAt(isJsonObject(inside) ? inside : {}, rest, value)
  if (changed === undefined) return Object.fromEntries(Object.entries(document).filter(([name]) => name !== key))
  if (!Object.hasOwn(document, key)) return Object.fromEntries([...Object.entries(document), [key, changed]])
  return Object.fromEntries(Object.entries(document).map(([name, old]) => [name, name === key ? changed : old]))
}
