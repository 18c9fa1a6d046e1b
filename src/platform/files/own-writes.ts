/**
 * Which files a watcher has itself written last, so that it does not take its own write for somebody's. A file is known by
 * what the kernel says of it just before it gets its name: no other file has that inode, and a later write changes the time
 * or the size. What else the same process writes is somebody's.
 */
import { AsyncLocalStorage } from 'node:async_hooks'
import { lstatSync, type Stats } from 'node:fs'

/** Far more than one pass over all runtimes writes; the oldest are forgotten, and then count as somebody else's. */
const REMEMBERED = 4_096

type Seen = Pick<Stats, 'ino' | 'size' | 'mtimeMs'>

const remembered = new Map<string, Seen>()
const watcher = new AsyncLocalStorage<true>()

/** Runs `action` of a watcher: its writes, and those of whatever it calls and awaits, are its own. */
export function withOwnWrites<T>(action: () => T): T {
  return watcher.run(true, action)
}

/** `path` is about to become the file or link that is at `staging` now. */
export function noteOwnWrite(path: string, staging: string): void {
  if (watcher.getStore() === undefined) return
  const { ino, size, mtimeMs } = lstatSync(staging)
  remembered.delete(path)
  remembered.set(path, { ino, size, mtimeMs })
  if (remembered.size <= REMEMBERED) return
  for (const oldest of remembered.keys()) {
    remembered.delete(oldest)
    return
  }
}

/** Whether what lies at `path` is what a watcher of this process put there. */
export function isOwnWrite(path: string): boolean {
  const own = remembered.get(path)
  if (own === undefined) return false
  const now = lstatSync(path, { throwIfNoEntry: false })
  return now !== undefined && now.ino === own.ino && now.size === own.size && now.mtimeMs === own.mtimeMs
}
