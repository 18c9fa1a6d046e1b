/** Keys of a shared document that lost a conflict, put back in place of what won; that is kept in turn. */
import { readFileSync } from 'node:fs'
import * as v from 'valibot'
import { PerchError } from '../../platform/perch-error.js'
import { documentPlaces } from '../document-place.js'
import { documentMemory } from '../documents/document-memory.js'
import { documentLocks } from '../documents/document-plan.js'
import { replaceDocument } from '../documents/replace-document.js'
import { CLIENT_LOCK_WAIT_MS, withClientLocks } from '../locks/client-locks.js'
import type { RuntimeContext } from '../runtime-context.js'
import { isJsonObject, type JsonObject, ownValue } from '../sync/json-value.js'
import { keepBytesAside } from '../tree/kept-aside.js'
import type { KeptThing } from './list-conflicts.js'

const LostKeys = v.array(v.looseObject({ path: v.pipe(v.array(v.string()), v.minLength(1)), lost: v.unknown() }))
type LostKey = v.InferOutput<typeof LostKeys>[number]

/** @throws PerchError `corrupt-file`, `lock-timeout` */
export async function putKeysBack(context: RuntimeContext, { path, name }: KeptThing, target: string): Promise<void> {
  const keys = readLostKeys(path)
  const place = documentPlaces(context).find(({ shared }) => shared === target)
  if (place === undefined) throw new PerchError('corrupt-file', `${target} is no document of this profile any more`)
  const locked = await withClientLocks(context, documentLocks(place, target), CLIENT_LOCK_WAIT_MS, () => {
    const now = documentMemory.read(target)
    if (now.kind !== 'document') throw new PerchError('corrupt-file', `${target} cannot be read as a document now`)
    const before = keys.map(({ path: key }) => ({ path: key, winner: 'theirs', lost: valueAt(now.document, key) }))
    const belongs = { kind: 'keys', target, isDecided: true } as const
    keepBytesAside(context, name, JSON.stringify(before, null, 2), 'other values were taken instead of these', belongs)
    const document = keys.reduce((changed, { path: key, lost }) => withValueAt(changed, key, lost), now.document)
    const bytes = documentMemory.compose(document, now.style)
    return replaceDocument(target, bytes, { expected: now.mark, durable: true }) !== null
  })
  if (locked.busy !== null || !locked.value) {
    throw new PerchError('lock-timeout', `${target} is being written to by an agent`, { hint: 'Try again.' })
  }
}

function readLostKeys(path: string): readonly LostKey[] {
  try {
    return v.parse(LostKeys, JSON.parse(readFileSync(path, 'utf8')))
  } catch (cause) {
    throw new PerchError('corrupt-file', `${path} does not say which keys lost`, { cause, hint: 'Look at it yourself.' })
  }
}

function valueAt(document: JsonObject, path: readonly string[]): unknown {
  return path.reduce<unknown>((value, key) => (isJsonObject(value) ? ownValue(value, key) : undefined), document)
}

/** A value that was not there (undefined) takes the key away; a text has no other way to say so. */
function withValueAt(document: JsonObject, [key = '', ...rest]: readonly string[], value: unknown): JsonObject {
  const inside = ownValue(document, key)
  const changed = rest.length === 0 ? value : withValueAt(isJsonObject(inside) ? inside : {}, rest, value)
  const others = Object.entries(document).filter(([name]) => name !== key)
  if (changed === undefined) return Object.fromEntries(others)
  if (!Object.hasOwn(document, key)) return Object.fromEntries([...others, [key, changed]])
  return Object.fromEntries(Object.entries(document).map(([name, old]) => [name, name === key ? changed : old]))
}
