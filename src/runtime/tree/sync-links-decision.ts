/**
 * What becomes of one name at the top level of a live runtime with links. Pure. Two rules stand behind it: what the client
 * may still be writing is only moved in a way that keeps its inode, so that a process that has it open goes on writing into
 * the moved file; and a name is never missing for a moment.
 */

/** One name as it is found. */
export interface LinkLook {
  readonly live:
    | { readonly kind: 'none' }
    | { readonly kind: 'link'; readonly target: string; readonly isOurs: boolean }
    | { readonly kind: 'file' }
    /** A folder, pipe or socket. */
    | { readonly kind: 'other' }
  /** Where the link should lead; null where there is to be none, or nothing to lead to. */
  readonly wanted: string | null
  /** Nothing has this name where it belongs, not even a link that leads nowhere (a disk that is not there). */
  readonly isGone: boolean
  /** Where the link led when it was placed; null for a name that was not linked. */
  readonly known: string | null
  /** The link leads to the other of shared home and state: `profile.toml` moved the entry since the build. */
  readonly hasChangedSides: boolean
}

export type LinkAction =
  | 'leave'
  /** Place the link, or point it elsewhere. */
  | 'link'
  /** The link is right, and nobody noted it: perch was killed before it could. */
  | 'note'
  /** Remove the link. */
  | 'drop'
  /** The name may be linked again when it comes back. */
  | 'forget'
  /** Take the client's file over. */
  | 'adopt'

/**
 * Decides for one name. A link that the client removed is put back by the next build and not before: the client may be about
 * to write a file of its own there, and removing a link is not deleting what it led to. A folder of the client's waits for
 * the drain. An entry that `profile.toml` moved takes its new side at the next build: until then the client has it open where it was.
 */
export function decideLink({ live, wanted, isGone, known, hasChangedSides }: LinkLook): LinkAction {
  switch (live.kind) {
    case 'none':
      if (known !== null) return isGone ? 'forget' : 'leave'
      return wanted === null ? 'leave' : 'link'
    case 'link':
      if (!live.isOurs) return 'leave'
      if (live.target === wanted) return known === null ? 'note' : 'leave'
      if (wanted !== null) return hasChangedSides ? 'leave' : 'link'
      return isGone && !hasChangedSides ? 'drop' : 'leave'
    case 'file':
      return 'adopt'
    case 'other':
      return 'leave'
  }
}

/** A file of the client's at the top level of a live runtime, and what lies where it belongs. */
export interface AdoptionLook {
  /** There was a link, which the client replaced: by a rename, so the file is whole. */
  readonly wasLinked: boolean
  /** Nobody wrote it for a while. */
  readonly isQuiet: boolean
  readonly isOnSameDisk: boolean
  readonly isAppendOnly: boolean
  readonly target: 'none' | 'file' | 'other'
  readonly hasSameContent: boolean
  /** The target is still what it was when it was linked. */
  readonly isTargetUntouched: boolean
  readonly isLiveNewer: boolean
}

export type AdoptionAction =
  /** Look again once it is quiet. */
  | 'wait'
  /** Left to the drain, when nobody runs. */
  | 'leave'
  /** Only the link is missing. */
  | 'relink'
  /** The target gets the lines that it lacks. */
  | 'unite-lines'
  /** The client's file becomes the target. */
  | 'install'
  /** The same, and the target is kept aside before. */
  | 'install-over-loser'
  /** The target stays, the client's file is kept aside. */
  | 'keep-target'

/** Decides what becomes of a file. Whatever gives up the client's inode waits until it is quiet. */
export function decideAdoption(look: AdoptionLook): AdoptionAction {
  const { target, isOnSameDisk, isQuiet } = look
  if (target === 'other') return 'leave'
  if (target === 'none' && !isOnSameDisk) return 'leave'
  const keepsInode = isOnSameDisk && !look.isAppendOnly && (target === 'none' || look.isTargetUntouched) && !look.hasSameContent
  if (!isQuiet && !(keepsInode && look.wasLinked)) return 'wait'
  if (target === 'none') return 'install'
  if (look.hasSameContent) return 'relink'
  if (look.isAppendOnly) return 'unite-lines'
  if (look.isTargetUntouched) return 'install'
  return look.isLiveNewer ? 'install-over-loser' : 'keep-target'
}
