/**
 * Clearing up after a host that was killed: whatever still runs of its session is ended, each process only while its
 * identity matches, and the exit record that the host could not write is written.
 */
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { ExitRecord, SessionRecord } from '../../api/session-record.js'
import { openEndedLog } from '../../host/log/ended-log.js'
import { removeInbox, signalsFolder } from '../../host/signals/inbox-folder.js'
import { writeJsonAtomic } from '../../platform/files/atomic-file.js'
import type { ProcessIdentity } from '../../platform/process/process-identity.js'
import { signalProcess } from '../../platform/process/process-signal.js'
import { processesOf } from '../../platform/process/process-tree.js'
import { lostExit } from './stored-session.js'

export interface LostSession {
  readonly folder: string
  /** Undefined when it cannot be read. */
  readonly record: SessionRecord | undefined
}

/** What is left gets this long after SIGTERM: there is nobody to see its last words, but it may save its state. */
const SOFT_GRACE_MS = 2_000
/** SIGKILL works at once; a process in an uninterruptible system call may take its time. */
const HARD_GRACE_MS = 2_000
/** Each look reads all of /proc. */
const POLL_MS = 50

/**
 * Ends what is left of a session whose host is dead. Whether nothing of it runs any more.
 * @param leader its child; null when the host died before it could note that, though it may have started one
 */
export async function endLeftovers(id: string, leader: ProcessIdentity | null): Promise<boolean> {
  const left = () => processesOf({ leader, sessionMark: id })
  for (const process of left()) {
    signalProcess(process, 'SIGHUP')
    signalProcess(process, 'SIGTERM')
    // A stopped process takes no other signal before this one.
    signalProcess(process, 'SIGCONT')
  }
  if (await becomesEmpty(left, SOFT_GRACE_MS)) return true
  for (const process of left()) signalProcess(process, 'SIGKILL')
  return becomesEmpty(left, HARD_GRACE_MS)
}

/** Writes the exit record of a lost session: its outcome, and what its log holds. What its agent's hooks left for the host is removed. */
export async function recordLost({ folder, record }: LostSession): Promise<ExitRecord> {
  const log = await openEndedLog(folder)
  const exit = lostExit({ ...silentStreams(record), ...log.extents })
  writeJsonAtomic(join(folder, 'exit.json'), exit, { durable: true })
  removeInbox(signalsFolder(folder))
  return exit
}

/** The streams that the session had, as if nothing had come through them. */
function silentStreams(record: SessionRecord | undefined): ExitRecord['streams'] {
  if (!record) return {}
  const names = record.kind === 'pty' ? ['pty'] : record.mergeStderr ? ['stdout'] : ['stdout', 'stderr']
  return Object.fromEntries(names.map((name) => [name, { start: 0, end: 0 }]))
}

async function becomesEmpty(left: () => readonly ProcessIdentity[], boundMs: number): Promise<boolean> {
  const deadline = performance.now() + boundMs
  while (left().length > 0) {
    if (performance.now() >= deadline) return false
    await sleep(POLL_MS)
  }
  return true
}
