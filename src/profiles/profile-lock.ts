/**
 * One holder at a time for everything that makes, changes or removes a profile and its runtime. The lock file lies in the
 * state folder, which is never deleted while perch runs, and is itself never unlinked.
 */
import { join } from 'node:path'
import { ensureFolder } from '../platform/files/atomic-file.js'
import { type FileLock, tryFileLock, waitForFileLock } from '../platform/files/file-lock.js'
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
  using _lock = await waitForFileLock(lockPath(paths, name), {
    timeoutMs: PROFILE_LOCK_TIMEOUT_MS,
    what: `the profile ${name}`,
    ...(signal && { signal }),
  })
  return await action()
}

/** The same lock, if it is free this moment. @throws PerchError `disk-full`, `not-writable` */
export function tryProfileLock(paths: PerchPaths, name: string): FileLock | undefined {
  return tryFileLock(lockPath(paths, name))
}

function lockPath(paths: PerchPaths, name: string): string {
  const folder = join(paths.state, 'locks')
  ensureFolder(folder)
  return join(folder, `profile-${name}.lock`)
}
