/**
 * One drain at a time into a shared home: two profiles that end together would otherwise overwrite what the other has just
 * merged. Taken inside a profile's lock, never the other way round; its file is never deleted.
 */
import { createHash } from 'node:crypto'
import { join } from 'node:path'
import { ensureFolder } from '../../platform/files/atomic-file.js'
import { waitForFileLock } from '../../platform/files/file-lock.js'
import type { RuntimeContext } from '../runtime-context.js'

/** A drain takes milliseconds, and seconds when it moves folders across file systems or waits for a lock of the agent. */
const SHARED_HOME_LOCK_TIMEOUT_MS = 20_000

/** @throws PerchError `lock-timeout` */
export async function withSharedHomeLock<T>(context: RuntimeContext, action: () => Promise<T>): Promise<T> {
  const folder = join(context.request.paths.state, 'locks')
  ensureFolder(folder)
  const key = createHash('sha256').update(context.sharedHome).digest('hex').slice(0, 8)
  using _lock = await waitForFileLock(join(folder, `shared-${key}.lock`), {
    timeoutMs: SHARED_HOME_LOCK_TIMEOUT_MS,
    what: `the shared home ${context.sharedHome}`,
  })
  return await action()
}
