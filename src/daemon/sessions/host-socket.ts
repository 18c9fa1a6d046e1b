/**
 * The socket file of a live host, as far as the daemon looks after it: cleaners of temporary files and the end of a login
 * remove it under a session that runs on. A host has no timer to look for itself, so it is told, and makes it again.
 */
import { existsSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import type { SessionRecord } from '../../api/session-record.js'
import { signalProcess } from '../../platform/process/process-signal.js'

/** A host makes its socket in a millisecond; one that is stopped or hangs does not. */
const RESTORE_BOUND_MS = 1_000
const LOOK_EVERY_MS = 5

/** Whether the host's socket file is there, after having its host make it again if it was not. */
export async function restoreHostSocket({ socket, host }: Pick<SessionRecord, 'socket' | 'host'>): Promise<boolean> {
  if (existsSync(socket)) return true
  // Hosts of every version ignore SIGHUP or take it for this.
  if (signalProcess(host, 'SIGHUP') !== 'sent') return false
  const deadline = performance.now() + RESTORE_BOUND_MS
  while (!existsSync(socket)) {
    if (performance.now() >= deadline) return false
    await sleep(LOOK_EVERY_MS)
  }
  return true
}
