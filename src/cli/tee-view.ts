/** Tees as people see them. Pure. */
import type { Tee } from '../api/session.js'
import type { Cell, Presentation } from './result.js'

/** Columns by what is left out first on a narrow terminal; which one it is and whether it works always stay. */
const COLUMNS = [
  { title: 'ID' },
  { title: 'STREAM', priority: 4 },
  { title: 'KIND', priority: 2 },
  { title: 'POLICY', priority: 1 },
  { title: 'OFFSET', priority: 1, align: 'right' },
  { title: 'LAG', priority: 3, align: 'right' },
  { title: 'MISSED', priority: 5, align: 'right' },
  { title: 'TARGET', priority: 6, shrinkTo: 10, cut: 'start' },
  { title: 'STATE', shrinkTo: 9 },
] as const

export function teeTable(tees: readonly Tee[], whenEmpty: string): Presentation {
  const rows = tees.map((tee) => [
    tee.id,
    tee.stream,
    tee.kind,
    tee.policy,
    countText(tee.offset),
    countText(tee.lag),
    missedCell(tee),
    tee.target ?? '-',
    stateCell(tee),
  ])
  return { kind: 'table', columns: COLUMNS, rows, whenEmpty }
}

/** `t1 stdout to file /tmp/log, 4096 bytes missed`: a tee as a field of its session. */
export function teeCell(tee: Tee): Cell {
  const target = tee.target === undefined ? '' : ` ${tee.target}`
  const missed = tee.missed > 0 ? `, ${tee.missed} bytes missed` : ''
  const problem = isConnected(tee) ? '' : `, ${tee.problem ?? 'ended'}`
  const text = `${tee.id} ${tee.stream} to ${tee.kind}${target}${missed}${problem}`
  return tee.missed > 0 || tee.problem ? { text, tone: 'bad' } : text
}

/** What is said of a tee that was removed. */
export function teeEndText({ id, missed, problem }: Tee): string {
  return `${id} removed${missed > 0 ? `, which missed ${missed} bytes` : ''}${problem ? `; ${problem}` : ''}`
}

function stateCell(tee: Tee): Cell {
  if (isConnected(tee)) return { text: 'connected', tone: 'good' }
  return tee.problem ? { text: tee.problem, tone: 'bad' } : { text: 'ended', tone: 'quiet' }
}

function missedCell({ missed }: Tee): Cell {
  return missed > 0 ? { text: String(missed), tone: 'bad' } : String(missed)
}

/** A host of an older version does not tell. */
function isConnected({ connected, problem }: Tee): boolean {
  return connected ?? !problem
}

function countText(count: number | undefined): string {
  return count === undefined ? '-' : String(count)
}
