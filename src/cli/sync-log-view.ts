/** What sync did, as people see it. Pure, but for the time zone of the machine. */
import type { SyncEntry } from '../api/sync.js'
import { localTime } from '../platform/local-time.js'
import type { Presentation } from './result.js'

const COLUMNS = [
  { title: 'TIME', priority: 2 },
  { title: 'PROFILE', priority: 4, shrinkTo: 8 },
  { title: 'WHAT' },
  { title: 'NAME', shrinkTo: 10 },
  { title: 'WHY', priority: 3, shrinkTo: 12 },
  { title: 'TO', priority: 1, shrinkTo: 16, cut: 'start' },
] as const

/** One line for each entry. */
export function logTable(entries: readonly SyncEntry[]): Presentation {
  const rows = entries.map(({ at, profile, what, name, why, from, to }) => [
    localTime(at),
    profile,
    what,
    name,
    why ?? '-',
    to ?? from ?? '-',
  ])
  return { kind: 'table', columns: COLUMNS, rows, whenEmpty: 'nothing was synced yet' }
}
