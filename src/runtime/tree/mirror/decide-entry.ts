/**
 * What is to be done about one name of a mirrored tree, from what both sides last had in common and what each has now. Pure.
 * Content is compared with the base before any clock is asked: a side that still has the base's content did not change,
 * whatever its mtime says. A base with nothing on one side is the tombstone of a deletion.
 */

/** One side of the mirror. `closed` is something that is neither read nor replaced: a pipe, a link out of the tree, a file without access. */
export type EntrySide =
  | { readonly kind: 'absent' | 'folder' | 'link' | 'closed' }
  | { readonly kind: 'file'; readonly content: string; readonly mtimeMs: number }

export type EntryBase = { readonly kind: 'folder' | 'link' } | { readonly kind: 'file'; readonly content: string } | null

export interface EntryRules {
  /** False where what is missing in the runtime was not deleted there: after a build that was cut short, say, it never was there. */
  readonly runtimeAbsenceCounts: boolean
  /** Two copies of it are united line by line. */
  readonly isAppendOnly: boolean
  /** The side whose file begins with all of the other's, where it is a file that grows at its end. */
  readonly longer: MirrorSide | null
  /** The content of a file that a power cut kept from being written out, while such files may be there; otherwise null. */
  readonly unwritten: string | null
}

export type MirrorSide = 'home' | 'runtime'

export type EntryDecision =
  /** Both are gone: the base goes too. */
  | { readonly do: 'forget' }
  /** Both say the same: it is the base now. */
  | { readonly do: 'record' }
  /** Bring the other side's file to `to`; the content of `loser` is kept aside before. */
  | { readonly do: 'copy'; readonly to: MirrorSide; readonly loser: MirrorSide | null }
  | { readonly do: 'unite' }
  /** The other side deleted it. */
  | { readonly do: 'remove'; readonly from: MirrorSide }
  /** At least one side has a folder here: what is in it is decided name by name. */
  | { readonly do: 'enter' }
  /** `from` holds what the other side has replaced by something of another kind; it goes if it is still the base. */
  | { readonly do: 'give-way'; readonly from: MirrorSide }
  /** The runtime has a new link. */
  | { readonly do: 'adopt-link' }
  /** Both sides hold things that cannot replace each other: neither is touched, and the runtime's is kept aside when it ends. */
  | { readonly do: 'occupied' }
  | { readonly do: 'leave' }

export function decideEntry(base: EntryBase, home: EntrySide, runtime: EntrySide, rules: EntryRules): EntryDecision {
  if (home.kind === 'absent' && runtime.kind === 'absent') return { do: 'forget' }
  if (runtime.kind === 'link') return decideLink(base, home)
  if (runtime.kind === 'closed') return { do: 'leave' }
  if (home.kind === 'closed') return decideClosed(base, runtime)
  if (home.kind === 'file' && runtime.kind === 'file') return decideFiles(base, home, runtime, rules)
  if (home.kind === 'file' && runtime.kind === 'absent') {
    const isDeletion = rules.runtimeAbsenceCounts && isBase(base, home)
    return isDeletion ? { do: 'remove', from: 'home' } : { do: 'copy', to: 'runtime', loser: null }
  }
  if (home.kind === 'absent' && runtime.kind === 'file') {
    return isBase(base, runtime) ? { do: 'remove', from: 'runtime' } : { do: 'copy', to: 'home', loser: null }
  }
  if (home.kind === 'file') return decideKinds(base, home, 'home', rules)
  if (runtime.kind === 'file') return decideKinds(base, runtime, 'runtime', rules)
  return { do: 'enter' }
}

type FileSide = Extract<EntrySide, { kind: 'file' }>

function decideFiles(base: EntryBase, home: FileSide, runtime: FileSide, rules: EntryRules): EntryDecision {
  if (home.content === runtime.content) return { do: 'record' }
  if (runtime.content === rules.unwritten) return { do: 'copy', to: 'runtime', loser: null }
  if (home.content === rules.unwritten) return { do: 'copy', to: 'home', loser: null }
  if (isBase(base, home)) return { do: 'copy', to: 'home', loser: null }
  if (isBase(base, runtime)) return { do: 'copy', to: 'runtime', loser: null }
  if (rules.longer !== null) return { do: 'copy', to: otherSide(rules.longer), loser: null }
  if (rules.isAppendOnly) return { do: 'unite' }
  const winner = runtime.mtimeMs < home.mtimeMs ? 'home' : 'runtime'
  return { do: 'copy', to: otherSide(winner), loser: otherSide(winner) }
}

/** One side has a file, the other a folder: the side that still is what the base says gives way. */
function decideKinds(base: EntryBase, file: FileSide, fileIsIn: MirrorSide, rules: EntryRules): EntryDecision {
  const isFolderAsBefore = base?.kind === 'folder'
  if (!isFolderAsBefore && !isBase(base, file)) return { do: 'occupied' }
  const from = isFolderAsBefore ? otherSide(fileIsIn) : fileIsIn
  // What the runtime has something else for is gone from it, and that must count before the home loses it.
  return from === 'home' && !rules.runtimeAbsenceCounts ? { do: 'occupied' } : { do: 'give-way', from }
}

function decideLink(base: EntryBase, home: EntrySide): EntryDecision {
  if (home.kind !== 'absent') return base?.kind === 'link' ? { do: 'leave' } : { do: 'occupied' }
  return base?.kind === 'link' ? { do: 'remove', from: 'runtime' } : { do: 'adopt-link' }
}

/** A copy of what could be read before is left as it is; anything else has no place to go. */
function decideClosed(base: EntryBase, runtime: EntrySide): EntryDecision {
  if (runtime.kind === 'absent') return { do: 'leave' }
  return isBase(base, runtime) ? { do: 'leave' } : { do: 'occupied' }
}

function isBase(base: EntryBase, side: EntrySide): boolean {
  return base?.kind === 'file' && side.kind === 'file' && base.content === side.content
}

export function otherSide(side: MirrorSide): MirrorSide {
  return side === 'home' ? 'runtime' : 'home'
}
