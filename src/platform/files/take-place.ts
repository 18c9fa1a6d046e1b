/**
 * Gives a staged file its name, unless somebody else wrote there since it was looked at. The name is never missing meanwhile.
 * A look and then a rename would lose what is written in between, by a client that takes no lock; here the two files change
 * their names in one step, and what comes out is looked at once more. Where the file system cannot do that, the moment
 * between those two system calls remains.
 */
import { linkSync, lstatSync, readlinkSync, renameSync, rmSync, symlinkSync } from 'node:fs'
import { errnoOf } from '../perch-error.js'
import { nativeBinding } from './native-binding.js'

/** Whether the file at `candidate` is the one that may be replaced. It is asked of two names: a swap changes a file's ctime. */
export type IsExpected = (candidate: string) => boolean

/** What a file system says that has no such call, or not for this file. */
const UNSUPPORTED = ['ENOSYS', 'EINVAL', 'ENOTSUP', 'EOPNOTSUPP', 'EPERM', 'EXDEV', 'EMLINK']

/**
 * Puts what is at `staging` to `path`, where nothing (`null`) or what `isExpected` knows lies. False when something else does:
 * then that is what lies there afterwards. The staging file is gone either way; an error leaves it.
 */
export function takePlace(staging: string, path: string, isExpected: IsExpected | null): boolean {
  const isTaken = isExpected === null ? takeFree(staging, path) : takeOver(staging, path, isExpected)
  rmSync(staging, { force: true })
  return isTaken
}

/**
 * Removes what lies at `path` if `isExpected` knows it; false, and it stays, when it is something else. By way of `staging`,
 * a free name beside it: a look and then a removal would take along what came in between.
 */
export function leavePlace(path: string, staging: string, isExpected: IsExpected): boolean {
  if (!isExpected(path)) return false
  try {
    renameSync(path, staging)
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return false
    throw error
  }
  if (isExpected(staging)) {
    rmSync(staging)
    return true
  }
  takePlace(staging, path, null)
  return false
}

function takeFree(staging: string, path: string): boolean {
  try {
    // A second name for a link is, on systems other than Linux, one for what it leads to.
    if (process.platform !== 'linux' && lstatSync(staging).isSymbolicLink()) symlinkSync(readlinkSync(staging), path)
    else linkSync(staging, path)
    return true
  } catch (error) {
    if (errnoOf(error) === 'EEXIST') return false
    if (!UNSUPPORTED.includes(errnoOf(error) ?? '')) throw error
  }
  if (lstatSync(path, { throwIfNoEntry: false }) !== undefined) return false
  renameSync(staging, path)
  return true
}

function takeOver(staging: string, path: string, isExpected: IsExpected): boolean {
  if (!isExpected(path)) return false
  const ours = identityOf(staging)
  const swapped = swap(staging, path)
  if (swapped === 'unsupported') renameSync(staging, path)
  if (swapped === 'gone') return false
  if (swapped !== 'swapped' || isExpected(staging)) return true
  giveBack(staging, path, ours)
  return false
}

/**
 * Puts back what came out of the swap. Whatever else comes out of that was written still later, and goes back in turn: until
 * what comes out is what was put there, so that the last of them all has the name.
 */
function giveBack(staging: string, path: string, ours: string): void {
  for (let placed = ours; ; ) {
    const next = identityOf(staging)
    const swapped = swapOrGiveUp(staging, path)
    if (swapped === 'unsupported') {
      renameSync(staging, path)
      return
    }
    if (swapped === 'gone') {
      // Its writer has removed it: it is put back all the same, for that was meant for what perch had put there.
      if (takeFree(staging, path)) return
      continue
    }
    if (identityOf(staging) === placed) return
    placed = next
  }
}

function swap(a: string, b: string): 'swapped' | 'gone' | 'unsupported' {
  // On Windows a name would be missing for a moment, which a rename does not do.
  if (process.platform === 'win32') return 'unsupported'
  try {
    nativeBinding().swapSync(a, b)
    return 'swapped'
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return 'gone'
    if (UNSUPPORTED.includes(errnoOf(error) ?? '')) return 'unsupported'
    throw error
  }
}

/** What is in the staging file now is somebody's: no error may leave it there. */
function swapOrGiveUp(a: string, b: string): ReturnType<typeof swap> {
  try {
    return swap(a, b)
  } catch {
    return 'unsupported'
  }
}

function identityOf(path: string): string {
  const { dev, ino, size, mtimeNs } = lstatSync(path, { bigint: true })
  return `${dev} ${ino} ${size} ${mtimeNs}`
}
