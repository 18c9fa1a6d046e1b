/** The locks of a client, taken as it takes them: folders in the way of proper-lockfile, in its order. */
import { statSync } from 'node:fs'
import { lock } from 'proper-lockfile'
import { errnoOf } from '../../../src/platform/perch-error.js'
import { GAVE_BACK, type HistoryWriter, HOLDS } from './history.js'
import type { HeldLock } from './passing-time.js'

interface TakenLock {
  readonly path: string
  readonly staleMs: number
}

/** A client that is killed leaves its locks for up to a minute; nobody of an interleaving waits for that. */
const WAIT_MS = 1_500
const RETRY_MS = 25
const HEARTBEAT_MS = 5_000

export function loginLocks(config: string): readonly TakenLock[] {
  return [
    { path: `${config}/.oauth_refresh.lock`, staleMs: 60_000 },
    { path: `${config}.lock`, staleMs: 60_000 },
    { path: `${config}/.storage-write.lock`, staleMs: 15_000 },
  ]
}

export function documentLocks(document: string): readonly TakenLock[] {
  return [{ path: `${document}.lock`, staleMs: 10_000 }]
}

/** False when a lock was not given; the action has then not run. */
export async function holding(
  history: HistoryWriter,
  id: string,
  locks: readonly TakenLock[],
  action: () => void,
): Promise<boolean> {
  const releases: (() => Promise<void>)[] = []
  try {
    for (const { path, staleMs } of locks) {
      const retries = { retries: WAIT_MS / RETRY_MS, factor: 1, minTimeout: RETRY_MS, maxTimeout: RETRY_MS }
      releases.push(await lock(path, { lockfilePath: path, realpath: false, stale: staleMs, update: HEARTBEAT_MS, retries }))
    }
    const held = locks.map(({ path }): HeldLock => ({ path, ino: statSync(path).ino }))
    history.write('note', HOLDS, { id, detail: { pid: process.pid, locks: held } })
    action()
    return true
  } catch (error) {
    if (errnoOf(error) !== 'ELOCKED') throw error
    return false
  } finally {
    for (const release of releases.reverse()) await release()
    history.write('note', GAVE_BACK, { id })
  }
}
