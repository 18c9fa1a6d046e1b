/**
 * Three-way merge of JSON documents by key. Pure. One side's changes since the base are carried over to the other side.
 * Private keys never cross, and a side that suddenly lost most of its keys (a client that reset a corrupt file) is not
 * followed. Of one key, or of one entry of a map that is merged by entry (`mergeDepth`):
 *
 * | one side            | the other side      | result                                          |
 * | ------------------- | ------------------- | ----------------------------------------------- |
 * | changed, added      | left alone          | the change                                      |
 * | deleted             | left alone          | deleted                                         |
 * | deleted             | changed             | the change: nothing anybody wrote is deleted    |
 * | deleted             | deleted             | deleted                                         |
 * | changed             | the same change     | the change; the order of keys inside is none    |
 * | map by entry        | map by entry        | entry by entry, also where the base had no map  |
 * | number, text, array | another             | a conflict: the later write, whole; no sum, no union |
 * | object              | no object           | a conflict: the later write, whole              |
 *
 * A conflict is reported with the value that lost, unless its key is a counter that changes at every write (`quietKeys`).
 */
import { matchesAny } from '../../agents/pattern.js'
import { isJsonObject, isSameJson, type JsonObject, ownValue } from './json-value.js'
import { type PrivateKeys, restorePrivate, stripPrivate } from './private-keys.js'
import { isShrunk } from './shrink-guard.js'

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
  // First what costs nothing to see: of a large map most often one side is still the very object of the base.
  if (isOneSide(ours, base) || isOneSide(ours, theirs)) return theirs
  if (isOneSide(theirs, base)) return isSameSide(ours, base) ? theirs : ours
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

function isOneSide(a: Side, b: Side): boolean {
  return a.there === b.there && a.value === b.value
}

function isSameSide(a: Side, b: Side): boolean {
  return a.there === b.there && (!a.there || isSameJson(a.value, b.value))
}
