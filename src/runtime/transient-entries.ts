/**
 * The locks and staging files that processes of the agent left in a runtime that nobody uses: they are never taken over,
 * but what may be half of somebody's file is kept aside.
 */
import { lstatSync, rmdirSync, rmSync } from 'node:fs'
import { STAGING_SUFFIX } from '../platform/files/atomic-file.js'
import { namesIn } from '../platform/files/names-in.js'
import { documentPlaces } from './document-place.js'
import { isHeld, type LockFolder, lockFolders } from './locks/client-locks.js'
import type { RuntimeContext } from './runtime-context.js'
import { moveAside } from './tree/kept-aside.js'

/** Removes one; why not, or null. A lock that is still fresh may have a holder that perch cannot see. */
export function dropTransient(context: RuntimeContext, path: string): string | null {
  const stat = lstatSync(path)
  // Of perch's own: what was to become of it lies in another place, and is brought again from there.
  if (path.endsWith(STAGING_SUFFIX)) {
    rmSync(path, { recursive: true, force: true })
  } else if (stat.isDirectory()) {
    if (isHeld(lockAt(context, path))) return 'it is held by the agent'
    if (namesIn(path).length === 0) rmdirSync(path)
    else moveAside(context, path, 'left by a process that is gone')
  } else if (stat.isFile() && stat.size > 0 && !path.endsWith('.lock')) {
    moveAside(context, path, 'left by a process that was killed while it wrote')
  } else {
    rmSync(path)
  }
  return null
}

/** An unknown lock is taken for stale as late as the slowest known one. */
function lockAt(context: RuntimeContext, path: string): LockFolder {
  const known = lockFolders(context, context.relocation.credential.locks)
  const documents = documentPlaces(context).flatMap(({ replica, definition: { lockStaleMs } }) =>
    lockStaleMs === null ? [] : [{ path: `${replica}.lock`, staleMs: lockStaleMs }],
  )
  const all = [...known, ...documents]
  return all.find((lock) => lock.path === path) ?? { path, staleMs: Math.max(0, ...all.map(({ staleMs }) => staleMs)) }
}
