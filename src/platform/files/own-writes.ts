/**
 * Which files were last written by this process, so that a watcher does not take its own write for somebody's. A file is
 * known by what the kernel says of it just before it gets its name: no other file has that inode, and a later write
 * changes the time or the size. Off until somebody asks for it.
 */
import { lstatSync, type Stats } from 'node:fs'

/** Far more than one pass over all runtimes writes; the oldest are forgotten, and then count as somebody else's. */
const REMEMBERED = 4_096

type Seen = Pick<Stats, 'ino' | 'size' | 'mtimeMs'>

let remembered: Map<string, Seen> | undefined

/** From now on writes are remembered. */
export function rememberOwnWrites(): void {
  remembered ??= new Map()
}

/** `path` is about to become the file or link that is at `staging` now. */
export function noteOwnWrite(path: string, staging: string): void {
  if (remembered === undefined) return
  const { ino, size, mtimeMs } = lstatSync(staging)
  remembered.delete(path)
  remembered.set(path, { ino, size, mtimeMs })
  if (remembered.size <= REMEMBERED) return
  for (const oldest of remembered.keys()) {
    remembered.delete(oldest)
    return
  }
}

/** Whether what lies at `path` is what this process put there. */
export function isOwnWrite(path: string): boolean {
  const own = remembered?.get(path)
  if (own === undefined) return false
  const now = lstatSync(path, { throwIfNoEntry: false })
  return now !== undefined && now.ino === own.ino && now.size === own.size && now.mtimeMs === own.mtimeMs
}
