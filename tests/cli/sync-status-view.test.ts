/** `perch sync status` on terminals of several widths. */
import { expect, test } from 'vitest'
import type { SyncStatus } from '../../src/api/sync.js'
import { paintNothing } from '../../src/cli/present/colour.js'
import { displayWidth } from '../../src/cli/present/display-width.js'
import { tableLines } from '../../src/cli/present/table.js'
import type { Presentation } from '../../src/cli/result.js'
import { statusFields, statusTable, troubleTexts } from '../../src/cli/sync-status-view.js'

const NOW = Date.parse('2026-01-01T12:00:00.000Z')
const AT = '2026-01-01T11:55:00.000Z'

const AT_REST: SyncStatus = {
  profile: 'play',
  sharing: 'shared',
  live: false,
  linkMode: null,
  watching: null,
  lastPassAt: null,
  parts: [],
  conflicts: 0,
  unmerged: null,
  problem: null,
}
const LIVE: SyncStatus = {
  ...AT_REST,
  profile: 'work',
  live: true,
  linkMode: 'link',
  watching: { kind: 'events', folders: 5, why: null },
  lastPassAt: AT,
  parts: [{ name: '.claude.json', state: 'in-step', why: null, since: AT }],
}
const BLOCKED: SyncStatus = {
  ...LIVE,
  profile: 'client\u001b[31m',
  linkMode: 'copy',
  watching: { kind: 'poll', folders: null, why: 'no watches are left' },
  parts: [...LIVE.parts, { name: 'settings.json', state: 'blocked', why: 'it is a folder', since: AT }],
  conflicts: 2,
}

function lines(shown: Presentation, width: number): readonly string[] {
  if (shown.kind !== 'table') throw new Error('it is no table')
  return tableLines(shown.columns, shown.rows, { width, paint: paintNothing })
}

test('one line for each profile, and on a narrow terminal the name and the state stay', () => {
  const shown = statusTable([AT_REST, LIVE, BLOCKED, { ...AT_REST, unmerged: 'a lock is held' }], NOW)
  expect(lines(shown, 100).map((line) => line.trimEnd())).toEqual([
    'PROFILE         SYNC                    MODE  WATCHED    LAST LOOK  CONFLICTS',
    'play            at rest                 -     -          -                  -',
    'work            in step                 link  5 folders  5m ago             -',
    'client\\x1b[31m  blocked: settings.json  copy  polled     5m ago             2',
    'play            not taken over          -     -          -                  -',
  ])
  for (const line of lines(shown, 40)) expect(displayWidth(line)).toBeLessThanOrEqual(40)
  expect(lines(shown, 40).join('\n')).toContain('in step')
})

test.each([
  ['plain-home', 'plain home: it is what the others share'],
  ['isolated', 'isolated'],
  ['none', 'nothing to share'],
] as const)('a profile that is %s says so', (sharing, text) => {
  expect(lines(statusTable([{ ...AT_REST, sharing }], NOW), 100).at(-1)).toContain(text)
})

test('of one profile every part is told, with what is wrong since when', () => {
  const shown = statusFields(BLOCKED, NOW)
  expect(shown).toMatchObject({ kind: 'fields' })
  const fields = shown.kind === 'fields' ? shown.fields : []
  expect(fields).toContainEqual(['.claude.json', { text: 'in step for 5m', tone: 'good' }])
  expect(fields).toContainEqual(['settings.json', { text: 'blocked for 5m: it is a folder', tone: 'bad' }])
  expect(fields).toContainEqual(['watched', { text: 'polled every second: no watches are left', tone: 'bad' }])
  expect(fields).toContainEqual(['shared entries', 'copies'])
})

test('the reasons that the table has no room for are told apart', () => {
  const broken = { ...AT_REST, profile: 'odd', problem: 'profile.toml is not valid' }
  expect(troubleTexts([AT_REST, LIVE, BLOCKED, { ...AT_REST, unmerged: 'a lock is held' }, broken], NOW)).toEqual([
    'client\u001b[31m: settings.json is blocked since 5m: it is a folder',
    'play: a lock is held',
    'odd: profile.toml is not valid',
  ])
  expect(lines(statusTable([broken], NOW), 80).at(-1)).toContain('cannot be read')
  expect(statusFields(broken, NOW)).toMatchObject({ fields: expect.arrayContaining([['problem', expect.anything()]]) })
})
