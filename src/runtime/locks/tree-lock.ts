/**
 * One mirror pass, build or removal of a profile's copies at a time, across processes: each of them reads the index, acts on
 * it and writes it. Taken inside the profile's lock and outside the one of the shared home; its file is never deleted.
 */
import { join } from 'node:path'
import { ensureFolder } from '../../platform/files/atomic-file.js'
import { type FileLock, tryFileLock, waitForFileLock } from '../../platform/files/file-lock.js'
import type { RuntimeContext } from '../runtime-context.js'

/** As long as an acquire may wait in all; a pass over an unchanged tree takes a fraction of a second. */
const TREE_LOCK_TIMEOUT_MS = 20_000

/** @throws PerchError `lock-timeout` */
export async function withTreeLock<T>(context: RuntimeContext, action: () => Promise<T>): Promise<T> {
  using _lock = await waitForFileLock(lockPath(context), {
    timeoutMs: TREE_LOCK_TIMEOUT_MS,
    what: `the tree of the profile ${context.request.profile.name}`,
  })
  return await action()
}

/** The lock if nobody holds it: a pass that comes too soon is simply made again. */
export function tryTreeLock(context: RuntimeContext): FileLock | undefined {
  return tryFileLock(lockPath(context))
}

function lockPath({ request: { paths, profile } }: RuntimeContext): string {
  const folder = join(paths.state, 'locks')
  ensureFolder(folder)
  return join(folder, `tree-${profile.name}.lock`)
}
