/** What profiles share and whether it is in step, as people see it. Pure. */
import type { SyncPart, SyncStatus } from '../api/sync.js'
import { ageText } from './present/age.js'
import type { Cell, Presentation } from './result.js'

const COLUMNS = [
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
  return { kind: 'table', columns: COLUMNS, rows, whenEmpty: 'no profiles' }
}

/** Everything about one profile. */
export function statusFields(profile: SyncStatus, nowMs: number): Presentation {
  const fields: (readonly [string, Cell])[] = [
    ['profile', profile.profile],
    ['sync', stateCell(profile)],
    ...(profile.unmerged === null ? [] : [['not taken over', { text: profile.unmerged, tone: 'bad' }] as const]),
    ...(profile.problem === null ? [] : [['problem', { text: profile.problem, tone: 'bad' }] as const]),
    ...(profile.linkMode === null ? [] : [['shared entries', profile.linkMode === 'link' ? 'links' : 'copies'] as const]),
    ...(profile.watching === null ? [] : [['watched', watchedCell(profile)] as const]),
    ...(profile.lastPassAt === null ? [] : [['last look', `${ageText(profile.lastPassAt, nowMs)} ago`] as const]),
    ...profile.parts.map((part) => [part.name, partCell(part, nowMs)] as const),
    ['conflicts', profile.conflicts === 0 ? 'none' : conflictsCell(profile)],
  ]
  return { kind: 'fields', fields }
}

/** What stands in the way, a sentence each: the table has no room for the reasons. */
export function troubleTexts(profiles: readonly SyncStatus[], nowMs: number): readonly string[] {
  return profiles.flatMap(({ profile, unmerged, problem, parts }) => [
    ...(problem === null ? [] : [`${profile}: ${problem}`]),
    ...(unmerged === null ? [] : [`${profile}: ${unmerged}`]),
    ...parts.flatMap(({ name, state, why, since }) =>
      state === 'in-step'
        ? []
        : [`${profile}: ${name} is ${state} since ${ageText(since, nowMs)}${why === null ? '' : `: ${why}`}`],
    ),
  ])
}

function stateCell(status: SyncStatus): Cell {
  if (status.problem !== null) return { text: 'cannot be read', tone: 'bad' }
  if (status.unmerged !== null) return { text: 'not taken over', tone: 'bad' }
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
      return 'plain home: it is what the others share'
    case 'none':
      return 'nothing to share'
    case 'isolated':
      return 'isolated: shares nothing'
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
  return watching.kind === 'poll' ? 'polled' : foldersText(watching.folders)
}

function watchedCell({ watching }: SyncStatus): Cell {
  if (watching?.kind !== 'poll') return `${foldersText(watching?.folders ?? null)}, by events`
  return { text: `polled every second: ${watching.why ?? 'there are no watches'}`, tone: 'bad' }
}

function foldersText(folders: number | null): string {
  return `${folders ?? 0} ${folders === 1 ? 'folder' : 'folders'}`
}

function conflictsCell({ conflicts }: SyncStatus): Cell {
  return conflicts === 0 ? '-' : { text: String(conflicts), tone: 'bad' }
}
