/**
 * The locks that the agent itself takes around its files: folders made by `mkdir`, the way of proper-lockfile. perch holds
 * them for every write or relink of such a file, waits a bounded time, and notes what it is about to hold: a lock that perch
 * left behind by a SIGKILL would delay the agent, so the next run gives it back (`held-client-locks.ts`).
 */
import { rmdir, rmdirSync, stat, statSync, utimes } from 'node:fs'
import { join } from 'node:path'
import type { ClientLock } from '../../agents/agent-definition.js'
import { errnoOf } from '../../platform/perch-error.js'
import type { RuntimeContext } from '../runtime-context.js'
import { HEARTBEAT_MS, type LockKeeper, noteLocks } from './held-client-locks.js'

export interface LockFolder {
  readonly path: string
  readonly staleMs: number
}

export type Locked<T> = { readonly busy: null; readonly value: T } | { readonly busy: string }

/** The agent holds its locks for a write or one request; after this the runtime is left for the next acquire instead. */
export const CLIENT_LOCK_WAIT_MS = 2_000

/** Two live sessions wait for each other's writes only this long; the next pass tries again. */
export const CLIENT_LOCK_SHORT_WAIT_MS = 300

const RETRY_MS = 50

/**
 * Beside a running client a login is adopted at the event of its rename, a moment before it gives its locks back: so perch
 * looks again soon, and leaves the wait to the caller's timer if the client holds on.
 */
export const LIVE_PATIENCE: LockPatience = { waitMs: 150, retryMs: 5 }

/** How long to wait for each lock, and how often to try. */
export interface LockPatience {
  readonly waitMs: number
  readonly retryMs: number
}

/** The lock folders for the agent's definition, in its order. */
export function lockFolders(context: Pick<RuntimeContext, 'config'>, locks: readonly ClientLock[]): readonly LockFolder[] {
  return locks.map(({ place, name, staleMs }) => ({
    path: place === 'beside' ? `${context.config}.lock` : join(context.config, `${name}.lock`),
    staleMs,
  }))
}

/** Runs `action` while holding the locks; `busy` names the one that was not given in time. A number stands for its `waitMs`. */
export async function withClientLocks<T>(
  context: LockKeeper,
  locks: readonly LockFolder[],
  wait: number | LockPatience,
  action: () => T,
): Promise<Locked<T>> {
  if (locks.length === 0) return { busy: null, value: action() }
  const { waitMs, retryMs } = typeof wait === 'number' ? { waitMs: wait, retryMs: RETRY_MS } : wait
  const { lock } = await loadClientLocks()
  const held: { readonly folder: LockFolder; readonly release: () => Promise<void> }[] = []
  const note = noteLocks(
    context,
    locks.map(({ path }) => path),
  )
  try {
    for (const folder of locks) {
      const release = await lock(folder.path, {
        lockfilePath: folder.path,
        realpath: false,
        fs: { mkdir: note.makeFolder, rmdir, rmdirSync, stat, utimes },
        stale: folder.staleMs,
        update: HEARTBEAT_MS,
        retries: { retries: Math.ceil(waitMs / retryMs), factor: 1, minTimeout: retryMs, maxTimeout: retryMs },
        // The default throws out of a timer. What is done under the lock is short and already done or about to fail.
        onCompromised: (error) => context.journal.write({ what: 'not-merged', name: folder.path, why: error.message }),
      })
      held.push({ folder, release })
    }
    return { busy: null, value: action() }
  } catch (error) {
    if (errnoOf(error) !== 'ELOCKED') throw error
    return { busy: locks[held.length]?.path ?? '' }
  } finally {
    for (const { release } of held.reverse()) await releaseQuietly(context, release)
    note.remove()
  }
}

/** Loaded on first need, or before it where that must be quick: it patches `process` and `fs`, and most runs write nothing. */
export async function loadClientLocks(): Promise<typeof import('proper-lockfile')> {
  return await import('proper-lockfile')
}

/** Whether the lock folder is held by somebody, as far as its age tells. */
export function isHeld(folder: LockFolder): boolean {
  try {
    return Date.now() - statSync(folder.path).mtimeMs < folder.staleMs
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return false
    throw error
  }
}

async function releaseQuietly(context: LockKeeper, release: () => Promise<void>): Promise<void> {
  try {
    await release()
  } catch (error) {
    // Somebody took it over as stale: the file is theirs now, there is nothing to give back.
    context.journal.write({ what: 'not-merged', name: 'client lock', why: String(error) })
  }
}
