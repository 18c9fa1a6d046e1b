/**
 * Exclusive locks that the kernel releases when their holder dies, however it dies. The lock file must lie in a folder
 * that is never deleted while perch runs; a lock whose file was replaced meanwhile is not granted, so that two holders
 * of "the same" lock cannot exist.
 */
import { closeSync, constants, fstatSync, openSync, statSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { errnoOf, PerchError } from '../perch-error.js'
import { writeError } from './atomic-file.js'
import { tryLock } from './native-lock.js'

export interface FileLock {
  readonly path: string
  /** Releases the lock. Calling it again does nothing. */
  close(): void
  [Symbol.dispose](): void
}

/** How often a bounded wait asks again. `waitForLock` of the library is not used: it holds a libuv thread per waiter. */
const RETRY_MS = 10

/**
 * Takes the lock if it is free; undefined if somebody holds it. The file is made if missing (0600).
 * @throws PerchError `disk-full`, `not-writable`, or the system error
 */
export function tryFileLock(path: string): FileLock | undefined {
  const fd = openLockFile(path)
  let granted = false
  try {
    granted = tryLock(fd) && isStillAt(fd, path)
  } finally {
    if (!granted) closeSync(fd)
  }
  return granted ? ownedLock(path, fd) : undefined
}

/**
 * Takes the lock, waiting at most `timeoutMs`.
 * @throws PerchError `lock-timeout`, and as `tryFileLock`
 */
export async function waitForFileLock(
  path: string,
  options: { timeoutMs: number; what: string; signal?: AbortSignal },
): Promise<FileLock> {
  // Most locks are free, and the first look at the clock costs a process 2 to 5 ms (Node loads what measures performance).
  const free = tryFileLock(path)
  if (free) return free
  const deadline = performance.now() + options.timeoutMs
  for (;;) {
    const lock = tryFileLock(path)
    if (lock) return lock
    if (performance.now() >= deadline) {
      throw new PerchError(
        'lock-timeout',
        `${options.what} is still held by another process after ${options.timeoutMs / 1000} s`,
        {
          hint: `Try again; the lock is ${path}.`,
        },
      )
    }
    await sleep(RETRY_MS, undefined, options.signal ? { signal: options.signal } : {})
  }
}

/**
 * Whether somebody holds the lock now. A file that is missing is not held. Any doubt is thrown, never "free". Asking
 * takes the lock for a moment: whoever must have a lock therefore waits for it with a bound, instead of trying once.
 */
export function isFileLockHeld(path: string): boolean {
  let fd: number
  try {
    fd = openSync(path, constants.O_RDWR)
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return false
    throw error
  }
  try {
    return !tryLock(fd)
  } finally {
    closeSync(fd)
  }
}

function openLockFile(path: string): number {
  try {
    return openSync(path, constants.O_RDWR | constants.O_CREAT, 0o600)
  } catch (error) {
    throw writeError(path, error)
  }
}

function ownedLock(path: string, fd: number): FileLock {
  let open = true
  const close = () => {
    if (!open) return
    open = false
    closeSync(fd)
  }
  return { path, close, [Symbol.dispose]: close }
}

function isStillAt(fd: number, path: string): boolean {
  try {
    const held = fstatSync(fd)
    const named = statSync(path)
    return held.ino === named.ino && held.dev === named.dev
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return false
    throw error
  }
}
