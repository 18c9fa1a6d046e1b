/** `perch sync log` on terminals of several widths. */
import { expect, test } from 'vitest'
import type { SyncEntry } from '../../src/api/sync.js'
import { paintNothing } from '../../src/cli/present/colour.js'
import { displayWidth } from '../../src/cli/present/display-width.js'
import { tableLines } from '../../src/cli/present/table.js'
import { logTable } from '../../src/cli/sync-log-view.js'

const ENTRY: SyncEntry = {
  at: '2026-01-01T11:55:00.000Z',
  profile: 'work',
  what: 'kept-aside',
  name: 'settings.json',
  why: 'the same keys were changed on both sides',
  to: '/home/person/.claude/settings.json',
}

function lines(entries: readonly SyncEntry[], width: number): readonly string[] {
  const shown = logTable(entries)
  if (shown.kind !== 'table') throw new Error('it is no table')
  return tableLines(shown.columns, shown.rows, { width, paint: paintNothing })
}

test('a narrow terminal keeps what happened to which file', () => {
  const [, row = ''] = lines([ENTRY], 40)
  expect(displayWidth(row)).toBeLessThanOrEqual(40)
  expect(row).toContain('kept-aside')
  expect(row).toContain('settings')
})

test('a wide one shows all of it', () => {
  expect(lines([ENTRY], 300)[1]).toMatch(
    /work +kept-aside +settings\.json +the same keys .* \/home\/person\/\.claude\/settings\.json$/,
  )
})

test('whatever a file is called, its row stays one inert line', () => {
  const name = 'a\nb\u001b]0;x\u0007'
  for (const width of [40, 80, 200]) {
    const [, row = '', ...more] = lines([{ ...ENTRY, name, why: name, to: `/x/${name}` }], width)
    expect(more).toEqual([])
    expect(row).not.toMatch(/[\u0000-\u001f\u007f]/)
    expect(displayWidth(row)).toBeLessThanOrEqual(width)
  }
})
