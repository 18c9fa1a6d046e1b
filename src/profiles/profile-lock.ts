/**
 * One holder at a time for everything that makes, changes or removes a profile and its runtime. The lock file lies in the
 * state folder, which is never deleted while perch runs, and is itself never unlinked.
 */
import { join } from 'node:path'
import { ensureFolder } from '../platform/files/atomic-file.js'
import { waitForFileLock } from '../platform/files/file-lock.js'
import type { PerchPaths } from '../platform/paths.js'

/** Longer than any step under the lock takes, shorter than a person's patience with a start that says nothing. */
const PROFILE_LOCK_TIMEOUT_MS = 25_000

/**
 * Runs `action` as the only one that touches this profile.
 * @throws PerchError `lock-timeout`; an `AbortError` when the wait is aborted
 */
export async function withProfileLock<T>(
  paths: PerchPaths,
  name: string,
  action: () => T | Promise<T>,
  signal?: AbortSignal,
): Promise<T> {
  const folder = join(paths.state, 'locks')
  ensureFolder(folder)
  using _lock = await waitForFileLock(join(folder, `profile-${name}.lock`), {
    timeoutMs: PROFILE_LOCK_TIMEOUT_MS,
    what: `the profile ${name}`,
    ...(signal && { signal }),
  })
  return await action()
}
