/** What was kept of conflicts, on terminals of several widths. */
import { expect, test } from 'vitest'
import type { SyncConflict } from '../../src/api/sync.js'
import { conflictFields, conflictTable, resolvedTexts } from '../../src/cli/conflict-view.js'
import { paintNothing } from '../../src/cli/present/colour.js'
import { displayWidth } from '../../src/cli/present/display-width.js'
import { tableLines } from '../../src/cli/present/table.js'

const NOW = Date.parse('2026-01-01T12:00:00.000Z')
const CONFLICT: SyncConflict = {
  id: 'abc123',
  profile: 'work',
  name: 'notes.md',
  at: '2026-01-01T11:55:00.000Z',
  kind: 'file',
  state: 'open',
  why: 'changed on both sides, the shared copy is newer',
  kept: '/state/conflicts/work/notes.md',
  current: '/home/person/.claude/notes.md',
  bytes: 12,
}

function lines(conflicts: readonly SyncConflict[], width: number): readonly string[] {
  const shown = conflictTable(conflicts, NOW)
  if (shown.kind !== 'table') throw new Error('it is no table')
  return tableLines(shown.columns, shown.rows, { width, paint: paintNothing })
}

test('what waits for a decision comes last, where it is seen', () => {
  const leftover: SyncConflict = { ...CONFLICT, id: 'def456', state: 'leftover', kind: 'folder', bytes: null, current: null }
  expect(lines([CONFLICT, leftover], 200)).toEqual([
    'ID      PROFILE  STATE     AGE  KIND    BYTES  NAME      WHY',
    'def456  work     leftover  5m   folder      -  notes.md  changed on both sides, the shared copy is newer',
    'abc123  work     open      5m   file       12  notes.md  changed on both sides, the shared copy is newer',
  ])
})

test('the id, the state and the name stay on a narrow terminal', () => {
  const [, row = ''] = lines([CONFLICT], 40)
  expect(displayWidth(row)).toBeLessThanOrEqual(40)
  for (const text of ['abc123', 'open', 'notes.md']) expect(row).toContain(text)
})

test('whatever it is called, its row stays one inert line', () => {
  const name = 'a\nb\u001b]0;x\u0007'
  for (const width of [40, 80, 200]) {
    const [, row = '', ...more] = lines([{ ...CONFLICT, name, why: name }], width)
    expect(more).toEqual([])
    expect(row).not.toMatch(/[\u0000-\u001f\u007f]/)
    expect(displayWidth(row)).toBeLessThanOrEqual(width)
  }
})

test('of one everything is told, both values of each key too', () => {
  const keys = [{ path: ['ui', 'theme'], kept: '"dark"', current: 'not there' }]
  const shown = conflictFields({ ...CONFLICT, kind: 'keys', keys })
  expect(shown).toMatchObject({ kind: 'fields' })
  const fields = shown.kind === 'fields' ? shown.fields : []
  expect(fields).toContainEqual(['kept', '/state/conflicts/work/notes.md (12 bytes)'])
  expect(fields).toContainEqual(['ui.theme', 'kept "dark", current not there'])
})

test('what was done is said with how it is undone', () => {
  expect(resolvedTexts({ ...CONFLICT, undo: 'fed987' }, 'kept')).toEqual([
    'abc123: the kept copy is /home/person/.claude/notes.md now',
    'to undo that: perch sync resolve fed987 --take kept',
  ])
  expect(resolvedTexts({ ...CONFLICT, undo: null }, 'kept')).toHaveLength(1)
  expect(resolvedTexts({ ...CONFLICT, undo: null }, 'current')).toEqual([
    'abc123: let go of; /home/person/.claude/notes.md stays as it is',
  ])
})
