/**
 * Which processes belong to a session, wherever they went: its leader's group and session, the descendants, and those
 * that left all three but still carry the session's mark in their environment. Finds and selects; `process-signal.ts`
 * sends the signals.
 */
import { bootId, type ProcessIdentity } from './process-identity.js'
import { type ProcessEntry, type ProcessTable, readProcessTable } from './process-table.js'
import { PERCH_PROCESS_VARIABLE } from './spawn-detached.js'

/** The variable that every process of a session inherits. */
const SESSION_VARIABLE = 'PERCH_SESSION'

export interface SessionProcesses {
  /** Null when nobody could note who it is: then only the mark finds what there is. */
  readonly leader: ProcessIdentity | null
  /** The session's id, as PERCH_SESSION holds it in the environment of its processes. */
  readonly sessionMark: string
}

/**
 * Every live process of the session at this moment, the leader first if it lives. Never the caller, never a zombie, never
 * a daemon or host of perch with what they started.
 */
export function processesOf(session: SessionProcesses): readonly ProcessIdentity[] {
  const boot = bootId()
  if (session.leader !== null && session.leader.bootId !== boot) return []
  return selectSession(readProcessTable(), session, process.pid).map(({ pid, startTime }) => ({ pid, startTime, bootId: boot }))
}

/** The pure selection behind `processesOf`. */
export function selectSession(table: ProcessTable, session: SessionProcesses, self: number): readonly ProcessEntry[] {
  const { leader, sessionMark } = session
  const holder = table.entries.find((entry) => entry.pid === leader?.pid)
  // The kernel gives no pid away that is still the number of a group or session. So while nobody has the leader's pid,
  // its group is ours; when somebody else has it, ours was empty before.
  const numbersAreOurs = leader !== null && (holder === undefined || holder.startTime === leader.startTime)
  const isBoundary = (pid: number) => pid === self || table.variableOf(pid, PERCH_PROCESS_VARIABLE) !== undefined
  const belongs = ({ pid, group, session: inSession }: ProcessEntry) =>
    (numbersAreOurs && (pid === leader.pid || group === leader.pid || inSession === leader.pid)) ||
    table.variableOf(pid, SESSION_VARIABLE) === sessionMark

  const children = groupByParent(table.entries)
  const selected = new Map<number, ProcessEntry>()
  const queue = table.entries.filter(belongs)
  for (let entry = queue.shift(); entry !== undefined; entry = queue.shift()) {
    if (selected.has(entry.pid) || isBoundary(entry.pid)) continue
    selected.set(entry.pid, entry)
    queue.push(...(children.get(entry.pid) ?? []))
  }
  return [...selected.values()].filter((entry) => !entry.isZombie).sort((a, b) => order(a, leader) - order(b, leader))
}

function order(entry: ProcessEntry, leader: ProcessIdentity | null): number {
  return entry.pid === leader?.pid ? 0 : 1
}

function groupByParent(entries: readonly ProcessEntry[]): ReadonlyMap<number, readonly ProcessEntry[]> {
  const children = new Map<number, ProcessEntry[]>()
  for (const entry of entries) {
    const siblings = children.get(entry.ppid)
    if (siblings) siblings.push(entry)
    else children.set(entry.ppid, [entry])
  }
  return children
}
