/**
 * Three-way merge of JSON documents by key. Pure. One side's changes since the base are carried over to the other side;
 * what only one side changed is never a conflict, a deletion counts only when the other side left the key alone, and of
 * two different changes the later write wins and is reported. Private keys never cross, and a side that suddenly lost most
 * of its keys (a client that reset a corrupt file) is not followed.
 */
import { matchesAny } from '../../agents/pattern.js'
import { isJsonObject, isSameJson, type JsonObject, ownValue } from './json-value.js'
import { type PrivateKeys, restorePrivate, stripPrivate } from './private-keys.js'

export interface MergeOptions {
  readonly privateKeys: PrivateKeys
  /** Keys whose objects are merged by key as well, and how many levels deep. Every other value is one unit. */
  readonly mergeDepth: Readonly<Record<string, number>>
  /** Patterns of keys whose conflicts are not worth a word. */
  readonly quietKeys: readonly string[]
  /** Which side was written later; it wins where both changed the same key. */
  readonly later: 'ours' | 'theirs'
}

export interface MergeConflict {
  readonly path: readonly string[]
  readonly winner: 'ours' | 'theirs'
  readonly lost: unknown
}

export type MergeResult =
  | {
      readonly outcome: 'merged'
      /** What `theirs` becomes: its own keys in their order, its own private keys, then the new keys. */
      readonly document: JsonObject
      readonly changed: boolean
      readonly conflicts: readonly MergeConflict[]
    }
  /** This side shrank so much that nothing of it is followed. */
  | { readonly outcome: 'shrunk'; readonly side: 'ours' | 'theirs' }

/** Below this a document is too small to tell a reset from an edit. */
const SHRINK_GUARD_MIN_KEYS = 6

/** A side that kept less than this part of the base's keys was reset, not edited. */
const SHRINK_GUARD_KEPT_PART = 0.5

/** Carries the changes of `ours` since `base` over to `theirs`. */
export function mergeThreeWay(base: JsonObject, ours: JsonObject, theirs: JsonObject, options: MergeOptions): MergeResult {
  const [b, o, t] = [base, ours, theirs].map((document) => stripPrivate(document, options.privateKeys))
  if (b === undefined || o === undefined || t === undefined) throw new RangeError('three documents are merged')
  if (isShrunk(b, o)) return { outcome: 'shrunk', side: 'ours' }
  if (isShrunk(b, t)) return { outcome: 'shrunk', side: 'theirs' }
  const conflicts: MergeConflict[] = []
  const merged = mergeObjects(b, o, t, [], (key) => options.mergeDepth[key] ?? 0, options, conflicts)
  const document = restorePrivate(merged, theirs, options.privateKeys)
  return { outcome: 'merged', document, changed: !isSameJson(document, theirs), conflicts }
}

/** Whether `now` lost most of what `base` had: counted in keys, and in the entries of objects directly below. */
function isShrunk(base: JsonObject, now: JsonObject): boolean {
  const before = countedPaths(base)
  if (before.length < SHRINK_GUARD_MIN_KEYS) return false
  const kept = before.filter(([key, entry]) => {
    const value = ownValue(now, key)
    return entry === undefined ? Object.hasOwn(now, key) : isJsonObject(value) && Object.hasOwn(value, entry)
  })
  return kept.length < before.length * SHRINK_GUARD_KEPT_PART
}

function countedPaths(document: JsonObject): readonly (readonly [string, string | undefined])[] {
  return Object.entries(document).flatMap(([key, value]): (readonly [string, string | undefined])[] => [
    [key, undefined],
    ...(isJsonObject(value) ? Object.keys(value).map((entry): readonly [string, string] => [key, entry]) : []),
  ])
}

function mergeObjects(
  base: JsonObject,
  ours: JsonObject,
  theirs: JsonObject,
  path: readonly string[],
  depthOf: (key: string) => number,
  options: MergeOptions,
  conflicts: MergeConflict[],
): JsonObject {
  const names = new Set([...Object.keys(theirs), ...Object.keys(ours)])
  const entries: [string, unknown][] = []
  for (const key of names) {
    const sides = { base: side(base, key), ours: side(ours, key), theirs: side(theirs, key) }
    const merged = mergeKey(sides, [...path, key], depthOf(key), options, conflicts)
    if (merged.there) entries.push([key, merged.value])
  }
  return Object.fromEntries(entries)
}

interface Side {
  readonly there: boolean
  readonly value: unknown
}

function mergeKey(
  sides: { readonly base: Side; readonly ours: Side; readonly theirs: Side },
  path: readonly string[],
  depth: number,
  options: MergeOptions,
  conflicts: MergeConflict[],
): Side {
  const { base, ours, theirs } = sides
  if (isSameSide(ours, theirs) || isSameSide(ours, base)) return theirs
  if (isSameSide(theirs, base)) return ours
  // One side deleted what the other changed: the change stays.
  if (!ours.there) return theirs
  if (!theirs.there) return ours
  if (depth > 0 && isJsonObject(ours.value) && isJsonObject(theirs.value)) {
    const ancestor = isJsonObject(base.value) ? base.value : {}
    const value = mergeObjects(ancestor, ours.value, theirs.value, path, () => depth - 1, options, conflicts)
    return { there: true, value }
  }
  const [kept, lost] = options.later === 'ours' ? [ours, theirs] : [theirs, ours]
  if (!matchesAny(options.quietKeys, path.at(-1) ?? '')) conflicts.push({ path, winner: options.later, lost: lost.value })
  return kept
}

function side(object: JsonObject, key: string): Side {
  return { there: Object.hasOwn(object, key), value: ownValue(object, key) }
}

function isSameSide(a: Side, b: Side): boolean {
  return a.there === b.there && (!a.there || isSameJson(a.value, b.value))
}
