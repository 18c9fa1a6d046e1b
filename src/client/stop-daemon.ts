/**
 * Ending the daemon so that it stays ended: the mark is there before the daemon goes, or else the hosts, which lose it
 * at that moment, would start the next one.
 */
import { existsSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { writeFileAtomic } from '../platform/files/atomic-file.js'
import { isFileLockHeld } from '../platform/files/file-lock.js'
import { daemonLockPath, daemonStopMarkPath, type PerchPaths } from '../platform/paths.js'
import { PerchError } from '../platform/perch-error.js'
import { connectPerch } from './perch-client.js'

/** The daemon ends in milliseconds; it never waits for sessions. */
const STOP_TIMEOUT_MS = 10_000
const POLL_MS = 8

/**
 * Stops the daemon if one runs, and resolves when it is gone; sessions go on. Whether one ran.
 * @throws PerchError `still-running`
 */
export async function stopDaemon(paths: PerchPaths, env: NodeJS.ProcessEnv): Promise<boolean> {
  if (!existsSync(paths.state)) return false
  writeFileAtomic(daemonStopMarkPath(paths), '')
  if (!isFileLockHeld(daemonLockPath(paths))) return false
  await connectPerch({ paths, env, autostart: false }).stopDaemon()
  const deadline = performance.now() + STOP_TIMEOUT_MS
  while (isFileLockHeld(daemonLockPath(paths))) {
    if (performance.now() >= deadline) {
      throw new PerchError('still-running', `the daemon still runs after ${STOP_TIMEOUT_MS / 1000} s`, {
        hint: 'See perch daemon logs.',
      })
    }
    await sleep(POLL_MS)
  }
  return true
}
