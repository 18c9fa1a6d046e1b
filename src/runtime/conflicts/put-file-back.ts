/** A kept file or folder, put back in place of the one that is there now; that one is kept in turn. */
import { chmodSync, constants, copyFileSync, lstatSync, realpathSync, type Stats, statSync, utimesSync } from 'node:fs'
import { dirname } from 'node:path'
import { writeError } from '../../platform/files/atomic-file.js'
import { errnoOf } from '../../platform/perch-error.js'
import { copyAside, type Keeper, moveAside } from '../tree/kept-aside.js'
import { moveEntry } from '../tree/move-entry.js'
import { replaceUnchanged } from '../tree/replace-entry.js'
import { dropKept } from './drop-kept.js'
import { type PuttableThing, targetBusy, targetGone } from './puttable-thing.js'

const WHY = 'another copy was taken instead of it'

/**
 * Where what was there is kept now; null when nothing was.
 * @throws PerchError `target-gone`, `lock-timeout`, `disk-full`, `not-writable`
 */
export function putFileBack(keeper: Keeper, thing: PuttableThing): string | null {
  const target = finalPath(thing.target)
  if (!isFolder(dirname(target))) throw targetGone(thing, `the folder ${dirname(target)} is not there any more`)
  const kept = lstatSync(thing.path)
  const now = lstatSync(target, { throwIfNoEntry: false })
  const belongs = { kind: 'file', target: thing.target, isDecided: true } as const
  if (now === undefined) {
    put(thing, target, kept)
    return null
  }
  if (now.isFile() && kept.isFile()) {
    const current = copyAside(keeper, target, WHY, belongs)
    unlessDone(
      () => exchange(thing, target, now),
      () => dropKept(keeper.request.paths, keeper.request.profile.name, current),
    )
    return current
  }
  const current = moveAside(keeper, target, WHY, belongs)
  unlessDone(
    () => put(thing, target, kept),
    () => {
      moveEntry(current, target)
      if (now.isFile()) chmodSync(target, now.mode & 0o777)
      dropKept(keeper.request.paths, keeper.request.profile.name, current)
    },
  )
  return current
}

/** Its time is that of the decision: this is the later write now. */
function put({ path }: PuttableThing, target: string, kept: Stats): void {
  try {
    if (kept.isFile()) utimesSync(path, new Date(), new Date())
    moveEntry(path, target)
  } catch (error) {
    throw writeError(target, error)
  }
}

/** The person's file keeps its mode. Somebody may have written it since it was copied: that is not in the copy. */
function exchange({ path }: PuttableThing, target: string, now: Stats): void {
  const isExchanged = replaceUnchanged(target, now, (staging) => {
    copyFileSync(path, staging, constants.COPYFILE_FICLONE | constants.COPYFILE_EXCL)
    chmodSync(staging, now.mode & 0o777)
    utimesSync(staging, new Date(), new Date())
  })
  if (isExchanged) return
  throw targetBusy(target)
}

function unlessDone(step: () => void, undo: () => void): void {
  try {
    step()
  } catch (error) {
    undo()
    throw error
  }
}

/** Behind every link by which the person reaches the file; the path itself where there is nothing. */
function finalPath(path: string): string {
  try {
    return realpathSync(path)
  } catch (error) {
    if (errnoOf(error) === 'ENOENT' || errnoOf(error) === 'ELOOP' || errnoOf(error) === 'ENOTDIR') return path
    throw error
  }
}

function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false
}
