/**
 * The locks that the agent itself takes around its files: folders made by `mkdir`, the way of proper-lockfile. perch holds
 * them for every write or relink of such a file, waits a bounded time, and notes what it holds: a lock that perch left
 * behind by a SIGKILL would delay the agent, so the next run gives it back.
 */
import { rmdirSync, rmSync, statSync } from 'node:fs'
import { join } from 'node:path'
import * as v from 'valibot'
import type { ClientLock } from '../agents/agent-definition.js'
import { readJsonIfPresent, writeJsonAtomic } from '../platform/atomic-file.js'
import { errnoOf } from '../platform/perch-error.js'
import { identifyProcess, livenessOf } from '../platform/process-identity.js'
import type { RuntimeContext } from './runtime-context.js'

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

/** proper-lockfile touches a held lock this often; the agent does the same. */
const HEARTBEAT_MS = 5_000

const HeldLocks = v.object({
  holder: v.object({ pid: v.number(), startTime: v.string(), bootId: v.string() }),
  folders: v.array(v.object({ path: v.string(), ino: v.number() })),
})

/** The lock folders for the agent's definition, in its order. */
export function lockFolders(context: RuntimeContext, locks: readonly ClientLock[]): readonly LockFolder[] {
  return locks.map(({ place, name, staleMs }) => ({
    path: place === 'beside' ? `${context.config}.lock` : join(context.config, `${name}.lock`),
    staleMs,
  }))
}

/** Runs `action` while holding the locks; `busy` names the one that was not given within `waitMs`. */
export async function withClientLocks<T>(
  context: RuntimeContext,
  locks: readonly LockFolder[],
  waitMs: number,
  action: () => T,
): Promise<Locked<T>> {
  if (locks.length === 0) return { busy: null, value: action() }
  // Loaded on first need: it patches `process` and `fs`, and most runs write nothing.
  const { lock } = await import('proper-lockfile')
  const held: { readonly folder: LockFolder; readonly release: () => Promise<void> }[] = []
  try {
    for (const folder of locks) {
      const release = await lock(folder.path, {
        lockfilePath: folder.path,
        realpath: false,
        stale: folder.staleMs,
        update: HEARTBEAT_MS,
        retries: { retries: Math.ceil(waitMs / RETRY_MS), factor: 1, minTimeout: RETRY_MS, maxTimeout: RETRY_MS },
        // The default throws out of a timer. What is done under the lock is short and already done or about to fail.
        onCompromised: (error) => context.journal.write({ what: 'not-merged', name: folder.path, why: error.message }),
      })
      held.push({ folder, release })
      noteHeld(context, held)
    }
    return { busy: null, value: action() }
  } catch (error) {
    if (errnoOf(error) !== 'ELOCKED') throw error
    return { busy: locks[held.length]?.path ?? '' }
  } finally {
    for (const { release } of held.reverse()) await releaseQuietly(context, release)
    rmSync(notePath(context), { force: true })
  }
}

/** Gives back what an earlier perch held when it was killed. */
export function reclaimOwnLocks(context: RuntimeContext): void {
  const parsed = v.safeParse(HeldLocks, readJsonIfPresent(notePath(context)))
  if (!parsed.success || livenessOf(parsed.output.holder) !== 'dead') return
  for (const { path, ino } of parsed.output.folders) {
    if (inodeOf(path) !== ino) continue
    rmdirSync(path)
    context.journal.write({ what: 'lock-reclaimed', name: path, why: 'perch was killed while it held it' })
  }
  rmSync(notePath(context), { force: true })
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

function noteHeld(context: RuntimeContext, held: readonly { readonly folder: LockFolder }[]): void {
  const folders = held.flatMap(({ folder: { path } }) => {
    const ino = inodeOf(path)
    return ino === undefined ? [] : [{ path, ino }]
  })
  writeJsonAtomic(notePath(context), { holder: identifyProcess(process.pid), folders })
}

async function releaseQuietly(context: RuntimeContext, release: () => Promise<void>): Promise<void> {
  try {
    await release()
  } catch (error) {
    // Somebody took it over as stale: the file is theirs now, there is nothing to give back.
    context.journal.write({ what: 'not-merged', name: 'client lock', why: String(error) })
  }
}

function inodeOf(path: string): number | undefined {
  try {
    return statSync(path).ino
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return undefined
    throw error
  }
}

function notePath(context: RuntimeContext): string {
  return join(context.folders.sync, 'held-client-locks.json')
}
