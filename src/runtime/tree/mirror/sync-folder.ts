/**
 * Walks a mirrored tree. What changes the runtime is done at once; what changes a shared home is gathered for a folder and done
 * under the lock of the shared home, after another look. One name that fails keeps no other from its turn.
 */
import { rmSync } from 'node:fs'
import { dirname } from 'node:path'
import { messageOf, PerchError } from '../../../platform/perch-error.js'
import { withSharedHomeLock } from '../../locks/shared-home-lock.js'
import { type EntryPair, type FolderPair, keyOf, type Listed, pairIn, type Seen } from './entry-pair.js'
import { folderNames } from './folder-names.js'
import { isAlias, lookAt, lookAtHome, lookAtRuntime } from './look.js'
import { findUnmerged, findWaiting, type MirrorPass, sayOnce } from './pass.js'
import { performPlan, removeEmptied, writesHome } from './perform-plan.js'
import { planEntry } from './plan-entry.js'

/** `one`: the folder itself, and folders in it that are new on a side. */
export type Depth = 'all' | 'one'

/** Somebody who writes a file faster than perch looks at it gets his turn later. */
const LOOKS = 3
const LOOK_AGAIN_MS = 50
const LOCKED_AGAIN_MS = 250

export async function syncFolder(pass: MirrorPass, folder: FolderPair, depth: Depth): Promise<void> {
  const names = folderNames(pass, folder)
  if (names === undefined) {
    if (pass.purpose === 'drain') findUnmerged(pass, folder.key, 'a folder cannot be listed')
    return
  }
  const pairs = names.all.map((name) => pairIn(folder, name))
  const isListed = ({ name }: EntryPair, side: 'inHome' | 'inRuntime') => names[side].has(name)
  await syncEntries(pass, { pairs, isListed, leftovers: names.leftovers, isShared: folder.isShared }, depth)
}

export async function syncEntries(pass: MirrorPass, listed: Listed, depth: Depth): Promise<void> {
  const later: EntryPair[] = []
  const folders: FolderPair[] = []
  const visit = async (pair: EntryPair, mayWriteShared: boolean) => {
    if (pass.pace.isDue()) await pass.pace.rest()
    if (pass.findings.isDiskFull) return
    const isKnown = pass.index.get(pair.folder, pair.name)?.kind === 'folder'
    const next = await attempt(pass, pair, () => syncEntry(pass, pair, listed, mayWriteShared))
    if (next === 'later') later.push(pair)
    else if (next !== null && (depth === 'all' || !isKnown || !next.hasHome || !next.hasRuntime)) folders.push(next)
  }
  for (const pair of listed.pairs) await visit(pair, false)
  if (later.length > 0 || listed.leftovers.length > 0) {
    await underSharedLock(pass, listed.isShared || later.some(({ isShared }) => isShared), async () => {
      for (const path of listed.leftovers) rmSync(path, { force: true })
      for (const pair of later) await visit(pair, true)
    })
  }
  for (const folder of folders) {
    await syncFolder(pass, folder, 'all')
    if (!folder.hasHome || !folder.hasRuntime) finishDeleted(pass, folder)
  }
}

async function syncEntry(
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

/** A folder that one side deleted goes on the other once it is empty there. */
function finishDeleted(pass: MirrorPass, folder: FolderPair): void {
  const [present, missing] = folder.hasHome ? [folder.home, folder.runtime] : [folder.runtime, folder.home]
  if (lookAt(missing).kind === 'absent') removeEmptied(pass, folder.key, present)
}

async function underSharedLock(pass: MirrorPass, isShared: boolean, action: () => Promise<void>): Promise<void> {
  if (!isShared) return await action()
  try {
    await withSharedHomeLock(pass.context, action)
  } catch (error) {
    if (!(error instanceof PerchError && error.code === 'lock-timeout')) throw error
    findWaiting(pass, 'shared home', error.message, LOCKED_AGAIN_MS)
  }
}

async function attempt<T>(pass: MirrorPass, pair: EntryPair, action: () => Promise<T>): Promise<T | null> {
  try {
    return await action()
  } catch (error) {
    const why = messageOf(error)
    findUnmerged(pass, keyOf(pair), why)
    sayOnce(pass, keyOf(pair), why)
    // What cannot be read is no fault of the other side; what cannot be written is tried again with every pass.
    if (error instanceof PerchError) pass.findings.blocked ??= `${keyOf(pair)}: ${why}`
    if (error instanceof PerchError && error.code === 'disk-full') pass.findings.isDiskFull = true
    return null
  }
}
