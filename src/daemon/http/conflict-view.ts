/** A kept thing as the API shows it. The values of keys are shown as far as they help to decide, those of secrets never. */
import type { ConflictKey, SyncConflict } from '../../api/sync.js'
import type { KeptThing } from '../../runtime/conflicts/list-kept.js'
import { readLostKeys, valueAt } from '../../runtime/conflicts/lost-keys.js'
import { documentMemory } from '../../runtime/documents/document-memory.js'
import { isJsonObject } from '../../runtime/sync/json-value.js'
import { looksSecret, MASK } from './secret-names.js'

const LONGEST_VALUE = 60

export function conflictView(thing: KeptThing): SyncConflict {
  const { id, profile, name, at, kind, state, why, path: kept, target: current, bytes } = thing
  const keys = kind === 'keys' && kept !== null && current !== null ? conflictKeys(kept, current) : null
  return { id, profile, name, at, kind, state, why, kept, current, bytes, ...(keys !== null && { keys }) }
}

/** Null when the file does not say which, or the document cannot be read: the rest is shown all the same. */
function conflictKeys(kept: string, target: string): ConflictKey[] | null {
  try {
    const now = documentMemory.read(target)
    const document = now.kind === 'document' ? now.document : {}
    return readLostKeys(kept).map(({ path, lost }) => ({
      path: [...path],
      kept: shownValue(path, lost),
      current: shownValue(path, valueAt(document, path)),
    }))
  } catch {
    return null
  }
}

/** A value as a short text. Pure. An object is only counted: what is in it may be anybody's key. */
export function shownValue(path: readonly string[], value: unknown): string {
  if (value === undefined) return 'not there'
  if (Array.isArray(value)) return `[${value.length}]`
  if (isJsonObject(value)) return `{${Object.keys(value).length}}`
  if (path.some((key) => looksSecret(key.replaceAll(/([a-z0-9])([A-Z])/g, '$1_$2')))) return MASK
  const text = JSON.stringify(value)
  return text.length <= LONGEST_VALUE ? text : `${text.slice(0, LONGEST_VALUE - 1)}…`
}
