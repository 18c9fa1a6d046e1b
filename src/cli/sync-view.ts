/** What profiles share, as people see it. Pure. */
import type { SyncConflict, SyncEntry, SyncPart, SyncStatus } from '../api/sync.js'
import { ageText } from './present/age.js'
import { localTime } from './present/local-time.js'
import type { Cell, Presentation } from './result.js'

const STATUS_COLUMNS = [
  { title: 'PROFILE', shrinkTo: 8 },
  { title: 'SYNC', shrinkTo: 10 },
  { title: 'MODE', priority: 2 },
  { title: 'WATCHED', priority: 1 },
  { title: 'LAST LOOK', priority: 3 },
  { title: 'CONFLICTS', priority: 4, align: 'right' },
] as const

/** One line for each profile. */
export function statusTable(profiles: readonly SyncStatus[], nowMs: number): Presentation {
  const rows = profiles.map((profile) => [
    profile.profile,
    stateCell(profile),
    profile.linkMode ?? '-',
    watchedText(profile),
    profile.lastPassAt === null ? '-' : `${ageText(profile.lastPassAt, nowMs)} ago`,
    conflictsCell(profile),
  ])
  return { kind: 'table', columns: STATUS_COLUMNS, rows, whenEmpty: 'no profiles' }
}

/** Everything about one profile. */
export function statusFields(profile: SyncStatus, nowMs: number): Presentation {
  const fields: (readonly [string, Cell])[] = [
    ['profile', profile.profile],
    ['sync', stateCell(profile)],
    ...(profile.linkMode === null ? [] : [['shared entries', profile.linkMode === 'link' ? 'links' : 'copies'] as const]),
    ...(profile.watching === null ? [] : [['watched', watchedCell(profile)] as const]),
    ...(profile.lastPassAt === null ? [] : [['last look', `${ageText(profile.lastPassAt, nowMs)} ago`] as const]),
    ...profile.parts.map((part) => [part.name, partCell(part, nowMs)] as const),
    ['conflicts', profile.conflicts === 0 ? 'none' : conflictsCell(profile)],
  ]
  return { kind: 'fields', fields }
}

const LOG_COLUMNS = [
  { title: 'TIME', priority: 2 },
  { title: 'PROFILE', priority: 4, shrinkTo: 8 },
  { title: 'WHAT' },
  { title: 'NAME', shrinkTo: 10 },
  { title: 'WHY', priority: 3, shrinkTo: 12 },
  { title: 'TO', priority: 1, shrinkTo: 16, cut: 'start' },
] as const

export function logTable(entries: readonly SyncEntry[]): Presentation {
  const rows = entries.map(({ at, profile, what, name, why, to }) => [localTime(at), profile, what, name, why ?? '-', to ?? '-'])
  return { kind: 'table', columns: LOG_COLUMNS, rows, whenEmpty: 'nothing was synced yet' }
}

const CONFLICT_COLUMNS = [
  { title: 'ID' },
  { title: 'PROFILE', priority: 4, shrinkTo: 8 },
  { title: 'AGE', priority: 3 },
  { title: 'KIND', priority: 2 },
  { title: 'NAME', shrinkTo: 10 },
  { title: 'WHY', priority: 1, shrinkTo: 16 },
  { title: 'KEPT', priority: 5, shrinkTo: 10, cut: 'start' },
] as const

export function conflictTable(conflicts: readonly SyncConflict[], nowMs: number): Presentation {
  const rows = conflicts.map(({ id, profile, at, kind, name, why, kept }) => [
    id,
    profile,
    ageText(at, nowMs),
    kind,
    name,
    why ?? '-',
    kept,
  ])
  return { kind: 'table', columns: CONFLICT_COLUMNS, rows, whenEmpty: 'no conflicts' }
}

function stateCell(status: SyncStatus): Cell {
  if (status.unmerged !== null) return { text: `not taken over: ${status.unmerged}`, tone: 'bad' }
  const blocked = status.parts.find(({ state }) => state === 'blocked')
  if (blocked) return { text: `blocked: ${blocked.name}`, tone: 'bad' }
  const waiting = status.parts.find(({ state }) => state === 'waiting')
  if (waiting) return `waiting: ${waiting.name}`
  if (status.live) return { text: 'in step', tone: 'good' }
  return { text: restText(status.sharing), tone: 'quiet' }
}

/** What is so while no session runs. */
function restText(sharing: SyncStatus['sharing']): string {
  switch (sharing) {
    case 'plain-home':
      return 'plain home: what the others share'
    case 'none':
      return 'nothing to share'
    case 'isolated':
      return 'isolated'
    case 'shared':
      return 'at rest'
  }
}

function partCell({ state, why, since }: SyncPart, nowMs: number): Cell {
  const text = `${state === 'in-step' ? 'in step' : state} for ${ageText(since, nowMs)}${why === null ? '' : `: ${why}`}`
  return state === 'in-step' ? { text, tone: 'good' } : state === 'blocked' ? { text, tone: 'bad' } : text
}

function watchedText({ watching }: SyncStatus): string {
  if (watching === null) return '-'
  return watching.kind === 'poll' ? 'polled' : `${watching.folders ?? 0} folders`
}

function watchedCell({ watching }: SyncStatus): Cell {
  if (watching?.kind !== 'poll') return `${watching?.folders ?? 0} folders, by events`
  return { text: `polled every second: ${watching.why ?? 'there are no watches'}`, tone: 'bad' }
}

function conflictsCell({ conflicts }: SyncStatus): Cell {
  return conflicts === 0 ? '-' : { text: String(conflicts), tone: 'bad' }
}
