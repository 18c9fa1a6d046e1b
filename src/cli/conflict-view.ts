/** What was kept of conflicts, as people see it. Pure, but for the time zone of the machine. */
import type { ResolvedConflict, SyncConflict } from '../api/sync.js'
import { localTime } from '../platform/local-time.js'
import { ageText } from './present/age.js'
import type { Cell, Presentation } from './result.js'

const COLUMNS = [
  { title: 'ID' },
  { title: 'PROFILE', priority: 5, shrinkTo: 8 },
  { title: 'STATE', priority: 6 },
  { title: 'AGE', priority: 3 },
  { title: 'KIND', priority: 4 },
  { title: 'BYTES', priority: 1, align: 'right' },
  { title: 'NAME', shrinkTo: 10 },
  { title: 'WHY', priority: 2, shrinkTo: 16 },
] as const

/** One line for each; what waits for a decision is below, where it is seen last. */
export function conflictTable(conflicts: readonly SyncConflict[], nowMs: number): Presentation {
  const others = conflicts.filter(({ state }) => state !== 'open')
  const rows = [...others, ...conflicts.filter(({ state }) => state === 'open')].map((conflict) => [
    conflict.id,
    conflict.profile,
    stateCell(conflict),
    ageText(conflict.at, nowMs),
    conflict.kind,
    conflict.bytes === null ? '-' : String(conflict.bytes),
    conflict.name,
    conflict.why ?? '-',
  ])
  return { kind: 'table', columns: COLUMNS, rows, whenEmpty: 'no conflicts' }
}

/** Everything about one, with both values of each key that is not a secret. */
export function conflictFields(conflict: SyncConflict): Presentation {
  const { id, profile, name, at, kind, why, kept, current, bytes, keys = [] } = conflict
  const fields: readonly (readonly [string, Cell | null])[] = [
    ['id', id],
    ['profile', profile],
    ['name', name],
    ['kind', kind],
    ['state', stateText(conflict)],
    ['when', localTime(at)],
    ['why', why],
    ['kept', kept === null ? { text: 'gone', tone: 'bad' } : bytes === null ? kept : `${kept} (${bytes} bytes)`],
    ['current', current],
    ...keys.map(({ path, kept: lost, current: now }) => [path.join('.'), `kept ${lost}, current ${now}`] as const),
  ]
  return { kind: 'fields', fields: fields.filter((field): field is readonly [string, Cell] => field[1] !== null) }
}

/** What was done about one, and how it is undone. */
export function resolvedTexts(conflict: ResolvedConflict, taken: 'kept' | 'current'): readonly string[] {
  const { id, name, kind, current, undo } = conflict
  if (taken === 'current') return [`${id}: let go of; ${current ?? name} stays as it is`]
  const done = kind === 'keys' ? `${id}: its keys are back in ${current}` : `${id}: the kept copy is ${current} now`
  return undo === null ? [done] : [done, `to undo that: perch sync resolve ${undo} --take kept`]
}

function stateCell({ state }: SyncConflict): Cell {
  return state === 'open' ? { text: state, tone: 'bad' } : { text: state, tone: 'quiet' }
}

function stateText({ state }: SyncConflict): Cell {
  switch (state) {
    case 'open':
      return { text: 'open: waits for a decision', tone: 'bad' }
    case 'decided':
      return 'decided: here so that it can be undone'
    case 'leftover':
      return 'leftover: kept only so that nothing is lost'
    case 'gone':
      return 'gone: only the record is left'
  }
}
