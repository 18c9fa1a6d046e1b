/** Sessions that something is wrong with, or that somebody holds back, as `perch show`, `ls` and `tee ls` tell it. */
import { expect, test } from 'vitest'
import type { LimitOutlook } from '../../src/api/profile-room.js'
import type { Session, Tee } from '../../src/api/session.js'
import { paintNothing } from '../../src/cli/present/colour.js'
import { tableLines } from '../../src/cli/present/table.js'
import type { Cell, Presentation } from '../../src/cli/result.js'
import { sessionFields } from '../../src/cli/session-fields.js'
import { sessionTable } from '../../src/cli/session-view.js'
import { teeEndText, teeTable } from '../../src/cli/tee-view.js'
import { aSession } from './a-session.js'

const TEES: readonly Tee[] = [
  {
    id: 't1',
    stream: 'stdout',
    kind: 'file',
    policy: 'block',
    missed: 0,
    target: '/tmp/log',
    offset: 10,
    lag: 2,
    connected: true,
  },
  {
    id: 't2',
    stream: 'stderr',
    kind: 'command',
    policy: 'drop-oldest',
    missed: 4096,
    target: 'gzip > out.gz',
    offset: 5000,
    lag: 0,
    connected: false,
    problem: 'the command ended with 1',
  },
]

const textOf = (cell: Cell) => (typeof cell === 'string' ? cell : cell.text)

function fieldsOf(session: Session): readonly (readonly [string, string])[] {
  const shown = sessionFields(session, 0)
  if (shown.kind !== 'fields') throw new Error('show shows fields')
  return shown.fields.map(([name, value]) => [name, textOf(value)])
}

function linesOf(shown: Presentation, width: number): readonly string[] {
  if (shown.kind !== 'table') throw new Error('this is no table')
  return tableLines(shown.columns, shown.rows, { width, paint: paintNothing })
}

test('of a session at its limit: when it resets, and what may be done, which perch leaves to the person', () => {
  const session = aSession({ name: 'build', attention: 'limit', attentionSince: '2026-01-01T00:00:00.000Z' })
  const fieldsWith = (limit: LimitOutlook) => {
    const shown = sessionFields(session, 0, limit)
    return shown.kind === 'fields' ? Object.fromEntries(shown.fields.map(([name, value]) => [name, textOf(value)])) : {}
  }

  expect(fieldsWith({ resetsAt: '2026-01-01T05:00:00.000Z', room: 'home' })).toMatchObject({
    resets: '2026-01-01T05:00:00.000Z',
    room: 'home: perch resume build --end --profile home',
  })
  expect(fieldsWith({ resetsAt: null, room: null })).toMatchObject({ resets: 'not told' })
  expect(fieldsWith({ resetsAt: null, room: null })).not.toHaveProperty('room')
})

test('who is attached, what is held back and for whom, tees, labels and where it comes from', () => {
  const fields = fieldsOf(
    aSession({
      labels: { job: '7' },
      originator: 'ci',
      parent: 'a01b22ff',
      attachments: [
        { id: 'a1', mode: 'controller', since: 'then', blocks: true },
        { id: 'a2', mode: 'viewer', since: 'later' },
      ],
      tees: [...TEES, ...TEES.slice(0, 1).map((tee) => ({ ...tee, id: 't3', lag: 0 }))],
      heldBack: ['stdout'],
      logProblem: 'No space left on device',
    }),
  )
  expect(fields).toEqual(
    expect.arrayContaining([
      ['label', 'job=7'],
      ['originator', 'ci'],
      ['parent', 'a01b22ff'],
      ['held back', 'stdout, for a1, t1'],
      ['attached', 'controller a1 since then'],
      ['attached', 'viewer a2 since later'],
      ['tee', 't1 stdout to file /tmp/log'],
      ['tee', 't2 stderr to command gzip > out.gz, 4096 bytes missed, the command ended with 1'],
      ['log', 'No space left on device'],
    ]),
  )
})

test('a host that does not answer', () => {
  const fields = fieldsOf(aSession({ hostHangs: true }))
  expect(fields).toContainEqual(['state', 'no answer'])
  expect(fields).toContainEqual(['host', expect.stringContaining('does not answer')])
})

test('a record that cannot be read is a row with what is wrong, and nothing invented', () => {
  const corrupt = aSession({ profile: '', agent: '', argv: [], cwd: '', size: null, problem: 'session.json: not JSON' })
  const [, live, over] = linesOf(sessionTable([corrupt, { ...corrupt, state: 'exited' }], 0, ''), 120)
  expect(live).toMatch(/^12345678 +- +- +corrupt, live +.*session\.json: not JSON$/)
  expect(over).toMatch(/^12345678 +- +- +corrupt +.*session\.json: not JSON$/)
  const names = fieldsOf(corrupt).map(([name]) => name)
  expect(names).toContain('problem')
  for (const name of ['profile', 'agent', 'command', 'folder', 'kind']) expect(names).not.toContain(name)
})

test('tees on a wide and on a narrow terminal', () => {
  expect(linesOf(teeTable(TEES, ''), 120)).toMatchInlineSnapshot(`
    [
      "ID  STREAM  KIND     POLICY       OFFSET  LAG  MISSED  TARGET         STATE",
      "t1  stdout  file     block            10    2       0  /tmp/log       connected",
      "t2  stderr  command  drop-oldest    5000    0    4096  gzip > out.gz  the command ended with 1",
    ]
  `)
  expect(linesOf(teeTable(TEES, ''), 40)).toMatchInlineSnapshot(`
    [
      "ID  MISSED  TARGET         STATE",
      "t1       0  /tmp/log       connected",
      "t2    4096  gzip > out.gz  the command …",
    ]
  `)
})

test('of a path that does not fit the file’s name stays', () => {
  const [tee] = TEES.map((one) => ({ ...one, target: '/home/someone/a/folder/of/logs/out.log' }))
  const [, row = ''] = linesOf(teeTable(tee ? [tee] : [], ''), 34)
  expect(row).toMatch(/…\S*out\.log +connected$/)
})

test('a tee that was removed says what it missed', () => {
  expect(TEES.map(teeEndText)).toEqual(['t1 removed', 't2 removed, which missed 4096 bytes; the command ended with 1'])
})
