/**
 * Makes a client's file the shared one: by a second name for its inode, so that whoever has it open loses nothing, and across
 * file systems by a copy. What another wrote meanwhile is never replaced.
 */
import { chmodSync, copyFileSync, linkSync, lstatSync, type Stats, utimesSync } from 'node:fs'
import { writeError } from '../../platform/files/atomic-file.js'
import { errnoOf } from '../../platform/perch-error.js'
import type { Fingerprint } from './fingerprint.js'
import { replaceUnchanged } from './replace-entry.js'

/** A client's file, and what lies where it belongs, as they were looked at. */
export interface AdoptedFiles {
  readonly source: string
  readonly seen: Fingerprint
  readonly from: Stats
  /** Behind every link. */
  readonly target: string
  readonly to: Stats | undefined
  readonly isOnSameDisk: boolean
}

/**
 * Installs it; `unlinkable` where there are no second names for a file.
 * @throws PerchError `disk-full`, `not-writable`, or the system error
 */
export function installFile({ source, seen, from, target, to, isOnSameDisk }: AdoptedFiles): 'done' | 'changed' | 'unlinkable' {
  try {
    if (to === undefined) {
      linkSync(source, target)
      return 'done'
    }
    const toSeen = { size: to.size, mtimeMs: to.mtimeMs, ino: to.ino }
    const isDone = replaceUnchanged(target, toSeen, (staging) => {
      if (isOnSameDisk) linkSync(source, staging)
      else copyFileSync(source, staging)
      if (isOnSameDisk && lstatSync(staging).ino !== seen.ino) throw new ReplacedMeanwhile()
      // The person's file keeps the mode it had: the client's rewrite knows nothing of a hook's +x.
      chmodSync(staging, to.mode & 0o777)
      if (!isOnSameDisk) utimesSync(staging, from.atimeMs / 1000, from.mtimeMs / 1000)
    })
    return isDone ? 'done' : 'changed'
  } catch (error) {
    if (error instanceof ReplacedMeanwhile || errnoOf(error) === 'EEXIST') return 'changed'
    // A bind mount or a volume of its own behind one device number, or a file system without second names.
    if (['EXDEV', 'EMLINK', 'EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS'].includes(errnoOf(error) ?? '')) return 'unlinkable'
    throw writeError(target, error)
  }
}

/** Another file has the name by now: it gets a look of its own. */
class ReplacedMeanwhile extends Error {}
