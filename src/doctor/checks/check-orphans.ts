/** Processes that a session left behind: they carry its id, and the session is over. */
import { readProcessTable } from '../../platform/process/process-table.js'
import { PERCH_PROCESS_VARIABLE } from '../../platform/process/spawn-detached.js'
import type { Examination } from '../examination.js'
import type { Finding } from '../finding.js'

/** More are not listed one by one. */
const LISTED = 5

export function checkOrphans({ sessions }: Examination): readonly Finding[] {
  // Without the daemon nobody knows which sessions live.
  if (sessions === undefined) return []
  const ended = new Set(sessions.filter(({ state }) => state === 'exited' || state === 'lost').map(({ id }) => id))
  if (ended.size === 0) return []
  const table = readProcessTable()
  const byId = new Map<string, number[]>()
  for (const { pid, isZombie } of table.entries) {
    const id = isZombie ? undefined : table.variableOf(pid, 'PERCH_SESSION')
    if (id === undefined || !ended.has(id)) continue
    // The command of a notification is told of a session that it does not belong to.
    if (table.variableOf(pid, PERCH_PROCESS_VARIABLE) === undefined) byId.set(id, [...(byId.get(id) ?? []), pid])
  }
  return [...byId].map(([id, pids]) => ({
    code: 'process-orphaned',
    level: 'warning',
    subject: id,
    text: `the session has ended, and ${pids.length === 1 ? 'a process of it lives' : `${pids.length} processes of it live`}: ${pids.slice(0, LISTED).join(', ')}`,
    meaning: 'Some programs mean to outlive their session; others hang.',
    fix: `Look at them (ps -p ${pids.slice(0, LISTED).join(',')}) and end those that should not be there.`,
  }))
}
