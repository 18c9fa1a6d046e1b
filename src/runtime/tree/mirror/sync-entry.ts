/** Brings one name in step: looks, decides, does it, and looks again where it was not as it had looked. */
import { dirname } from 'node:path'
import { type EntryPair, type FolderPair, keyOf, type Listed, type Seen } from './entry-pair.js'
import { isAlias, lookAt, lookAtHome, lookAtRuntime } from './look.js'
import { findWaiting, type MirrorPass, sayOnce } from './pass.js'
import { performPlan, writesHome } from './perform-plan.js'
import { planEntry } from './plan-entry.js'

/** Somebody who writes a file faster than perch looks at it gets his turn later. */
const LOOKS = 3
const LOOK_AGAIN_MS = 50

/** The folder to go on with, if it is one; `later` where it changes a shared home whose lock is not held. */
export async function syncEntry(
  pass: MirrorPass,
  pair: EntryPair,
  { isListed }: Listed,
  mayWriteShared: boolean,
): Promise<FolderPair | 'later' | null> {
  if (isOtherName(pair, isListed)) {
    sayOnce(pass, keyOf(pair), 'the file system takes its name for that of another entry')
    return null
  }
  for (let look = 0; look < LOOKS; look += 1) {
    const plan = await planEntry(pass, pair)
    if (plan === 'settled' || plan === 'waiting') return null
    if (plan === 'changed') continue
    if (pair.isShared && !mayWriteShared && writesHome(plan)) return 'later'
    const performed = await performPlan(pass, plan)
    if (performed === 'done') return null
    if (performed === 'enter') return folderOf(pass, pair, plan.runtime)
  }
  findWaiting(pass, keyOf(pair), 'it keeps changing', LOOK_AGAIN_MS)
  return null
}

/** On a side where a name is not listed nothing may be found under it. */
function isOtherName(pair: EntryPair, isListed: Listed['isListed']): boolean {
  const isFoundUnlisted = (side: 'inHome' | 'inRuntime', path: string) =>
    !isListed(pair, side) && lookAt(path).kind !== 'absent' && isAlias(dirname(path), pair.name)
  return isFoundUnlisted('inHome', pair.homePath) || isFoundUnlisted('inRuntime', pair.runtimePath)
}

/** The two folders of a name of which at least one side is a folder. */
export function folderOf(pass: MirrorPass, pair: EntryPair, runtimeBefore: Seen): FolderPair {
  const home = lookAtHome(pass.context, pair)
  const runtime = lookAtRuntime(pair)
  // A runtime's folder that was only just made for it holds nothing that could have been deleted.
  const wasMade = runtimeBefore.kind === 'absent' && runtime.kind === 'folder'
  return {
    key: keyOf(pair),
    home: home.kind === 'folder' ? home.path : pair.homePath,
    runtime: pair.runtimePath,
    hasHome: home.kind === 'folder',
    hasRuntime: runtime.kind === 'folder',
    boundary: pair.isTop && home.kind === 'folder' && home.isLinked ? home.path : pair.boundary,
    isBelowLink: pair.isBelowLink || (home.kind === 'folder' && home.isLinked),
    runtimeAbsenceCounts: pair.runtimeAbsenceCounts && !wasMade,
    isShared: pair.isShared,
  }
}
