/**
 * Which of the agent's lock folders perch holds or is about to take, on disk before they are taken: a perch that is killed in
 * between leaves a folder of which the next run can tell that it is perch's, and gives it back. A lock that somebody else
 * holds is never touched.
 */
import { mkdirSync, rmdirSync, rmSync, type Stats, statSync } from 'node:fs'
import { join } from 'node:path'
import * as v from 'valibot'
import { readJsonUnlessCorrupt, writeJsonAtomic } from '../../platform/files/atomic-file.js'
import { errnoOf } from '../../platform/perch-error.js'
import { identifyProcess, livenessOf } from '../../platform/process/process-identity.js'
import type { RuntimeContext } from '../runtime-context.js'
import { reached } from '../runtime-step.js'

/** proper-lockfile touches a held lock this often; the agent does the same. */
export const HEARTBEAT_MS = 5_000

/**
 * The mode of the folders that perch makes. The agent's own are `mkdir` with the usual 0777 less the umask, which takes away
 * no owner's write in practice: so the mode, set in the same system call that takes the lock, says who took it. An inode number
 * alone does not, for it may have been given to the agent's next folder.
 */
const MARK_MODE = 0o500

const Note = v.object({
  holder: v.object({ pid: v.number(), startTime: v.string(), bootId: v.string() }),
  taking: v.array(v.string()),
  folders: v.array(v.object({ path: v.string(), ino: v.number() })),
})
type Note = v.InferOutput<typeof Note>

/** Whose locks they are: the note lies with the profile, and its journal tells what was given back. */
export type LockKeeper = Pick<RuntimeContext, 'journal'> & { readonly folders: Pick<RuntimeContext['folders'], 'sync'> }

export interface LocksNote {
  /** `mkdir` as proper-lockfile calls it. What it made is noted before anything else happens. */
  readonly makeFolder: (path: string, done: (error: NodeJS.ErrnoException | null) => void) => void
  /** Everything is given back. */
  readonly remove: () => void
}

/** Notes that the locks at `taking` are about to be taken. The caller holds the profile's lock. */
export function noteLocks(context: LockKeeper, taking: readonly string[]): LocksNote {
  const path = notePath(context)
  const holder = identifyProcess(process.pid)
  const folders: { readonly path: string; readonly ino: number }[] = []
  const write = () => writeJsonAtomic(path, { holder, taking, folders })
  write()
  return {
    makeFolder: (folder, done) => {
      let isMade = false
      try {
        mkdirSync(folder, MARK_MODE)
        isMade = true
        folders.push({ path: folder, ino: statSync(folder).ino })
        write()
        reached('client-lock-taken')
      } catch (error) {
        // Nobody holds it then (the disk is full, say), and it would delay the agent until it is stale.
        if (isMade) rmdirSync(folder)
        done(error instanceof Error ? error : new Error(String(error)))
        return
      }
      done(null)
    },
    remove: () => rmSync(path, { force: true }),
  }
}

/** Gives back what an earlier perch held, or had just taken, when it was killed. */
export function reclaimOwnLocks(context: LockKeeper): void {
  const parsed = v.safeParse(Note, readJsonUnlessCorrupt(notePath(context)))
  if (!parsed.success || livenessOf(parsed.output.holder) !== 'dead') return
  for (const path of parsed.output.taking) {
    const seen = statOf(path)
    if (!seen || !wasLeftByPerch(parsed.output, path, seen, Date.now())) continue
    rmdirSync(path)
    context.journal.write({ what: 'lock-reclaimed', name: path, why: 'perch was killed while it held it' })
  }
  rmSync(notePath(context), { force: true })
}

/**
 * Whether the folder at `path` was left by the dead perch of the note. Pure. One that it had no time to note is told from
 * that of a living perch (of another PERCH_HOME) by its age: whoever lives touches its lock.
 */
export function wasLeftByPerch(
  note: Pick<Note, 'folders'>,
  path: string,
  seen: Pick<Stats, 'mode' | 'ino' | 'mtimeMs'>,
  nowMs: number,
): boolean {
  if ((seen.mode & 0o777) !== MARK_MODE) return false
  const noted = note.folders.find((folder) => folder.path === path)
  if (noted) return noted.ino === seen.ino
  return nowMs - seen.mtimeMs > 2 * HEARTBEAT_MS
}

function statOf(path: string): Stats | undefined {
  try {
    return statSync(path)
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return undefined
    throw error
  }
}

function notePath(context: LockKeeper): string {
  return join(context.folders.sync, 'held-client-locks.json')
}
