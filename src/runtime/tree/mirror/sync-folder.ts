/**
 * Walks a mirrored tree. What changes the runtime is done at once; what changes a shared home is gathered for a folder and done
 * under the lock of the shared home, after another look. One name that fails keeps no other from its turn.
 */
import { rmSync } from 'node:fs'
import { messageOf, PerchError } from '../../../platform/perch-error.js'
import { withSharedHomeLock } from '../../locks/shared-home-lock.js'
import { type EntryPair, type FolderPair, keyOf, type Listed, pairIn } from './entry-pair.js'
import { folderNames } from './folder-names.js'
import { lookAt } from './look.js'
import { findUnmerged, findWaiting, type MirrorPass, sayOnce } from './pass.js'
import { removeEmptied } from './remove-entry.js'
import { syncEntry } from './sync-entry.js'

/** `one`: the folder itself, and folders in it that are new on a side. */
export type Depth = 'all' | 'one'

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
    const next = await attempt(pass, keyOf(pair), () => syncEntry(pass, pair, listed, mayWriteShared))
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
    await attempt(pass, folder.key, async () => {
      await syncFolder(pass, folder, 'all')
      if (!folder.hasHome || !folder.hasRuntime) finishDeleted(pass, folder)
    })
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

/** What fails is said by its key, and keeps nothing else from its turn. */
export async function attempt<T>(pass: MirrorPass, key: string, action: () => Promise<T>): Promise<T | null> {
  try {
    return await action()
  } catch (error) {
    const why = messageOf(error)
    findUnmerged(pass, key, why)
    sayOnce(pass, key, why)
    // What cannot be read is no fault of the other side; what cannot be written is tried again with every pass.
    if (error instanceof PerchError) pass.findings.blocked ??= `${key}: ${why}`
    if (error instanceof PerchError && error.code === 'disk-full') pass.findings.isDiskFull = true
    return null
  }
}
