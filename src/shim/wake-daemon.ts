/**
 * Starts the daemon, which keeps runtimes in step while agents run, and waits for nothing: the agent begins without it. Not
 * after `perch daemon stop`, and not while one runs or is being started.
 */
import { closeSync, existsSync, openSync } from 'node:fs'
import { isFileLockHeld, tryFileLock } from '../platform/files/file-lock.js'
import { daemonLockPath, daemonLogPath, daemonStartLockPath, daemonStopMarkPath, type PerchPaths } from '../platform/paths.js'
import { spawnDetached } from '../platform/process/spawn-detached.js'

/** @throws whatever the folders or the start give; nothing of that concerns the agent */
export function wakeDaemon(paths: PerchPaths): void {
  if (existsSync(daemonStopMarkPath(paths)) || isFileLockHeld(daemonLockPath(paths))) return
  using starting = tryFileLock(daemonStartLockPath(paths))
  if (!starting) return
  const log = openSync(daemonLogPath(paths), 'a', 0o600)
  try {
    const daemon = spawnDetached({ program: 'perchd', stdio: ['ignore', log, log] })
    // It ends by itself where another one was quicker; why it could not start is in its log.
    daemon.on('error', () => undefined)
    daemon.unref()
  } finally {
    closeSync(log)
  }
}
