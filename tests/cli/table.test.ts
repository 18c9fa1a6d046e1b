/** `perch ls` on terminals of several widths. */
import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Exit, Session } from '../../src/api/session.js'
import { paintNothing } from '../../src/cli/present/colour.js'
import { displayWidth } from '../../src/cli/present/display-width.js'
import { tableLines } from '../../src/cli/present/table.js'
import { sessionTable } from '../../src/cli/session-view.js'
import { aSession } from './a-session.js'

const NOW = Date.parse('2026-01-01T12:00:00.000Z')

const SESSIONS: readonly Session[] = [
  aSession({
    id: '3f2a91c0',
    name: 'build',
    profile: 'work',
    argv: ['claude', '-p', 'fix the tests'],
    createdAt: '2026-01-01T11:55:00Z',
  }),
  aSession({
    id: 'a01b22ff',
    profile: 'client-of-a-long-name',
    argv: ['/usr/local/bin/claude', '--dangerously-skip-permissions'],
    createdAt: '2025-12-30T11:55:00Z',
    attachments: [{ id: 'a1', mode: 'controller', since: '' }],
  }),
  aSession({ id: '00000003', name: '日本語のセッション', state: 'exited', exit: exitWith(1), createdAt: '2026-01-01T11:59:58Z' }),
]

function exitWith(code: number): Exit {
  return { code, signal: null, outcome: 'exited', signalsSent: [] }
}

function linesAt(width: number): readonly string[] {
  const shown = sessionTable(SESSIONS, NOW, '')
  if (shown.kind !== 'table') throw new Error('ls shows a table')
  return tableLines(shown.columns, shown.rows, { width, paint: paintNothing })
}

test('in 120 columns there is room for everything', () => {
  expect(linesAt(120)).toEqual([
    'ID        NAME                PROFILE                STATE    AGE  ATTACHED  COMMAND',
    "3f2a91c0  build               work                   running   5m         -  claude -p 'fix the tests'",
    'a01b22ff  -                   client-of-a-long-name  running   2d         1  /usr/local/bin/claude --dangerously-skip-p…',
    '00000003  日本語のセッション  work                   exit 1    2s         -  claude',
  ])
})

test('the id that perch gave the agent for a conversation is left out, and the one that a person asked for is not', () => {
  const conversation = '11111111-2222-4333-8444-555555555555'
  const commandOf = (...argv: string[]) => {
    const shown = sessionTable([aSession({ argv, conversation })], NOW, '')
    return shown.kind === 'table' ? shown.rows[0]?.at(-1) : undefined
  }
  expect(commandOf('claude', '--session-id', conversation, '-p', 'hi')).toBe('claude -p hi')
  expect(commandOf('claude', '--resume', conversation)).toBe(`claude --resume ${conversation}`)
})

test('in 80 columns the widest are cut', () => {
  expect(linesAt(80)).toMatchInlineSnapshot(`
    [
      "ID        NAME            PROFILE         STATE    AGE  ATTACHED  COMMAND",
      "3f2a91c0  build           work            running   5m         -  claude -p 'fi…",
      "a01b22ff  -               client-of-a-l…  running   2d         1  /usr/local/bi…",
      "00000003  日本語のセッ…   work            exit 1    2s         -  claude",
    ]
  `)
})

test('in 40 columns the least important are left out', () => {
  expect(linesAt(40)).toMatchInlineSnapshot(`
    [
      "ID        NAME       PROFILE     STATE",
      "3f2a91c0  build      work        running",
      "a01b22ff  -          client-of…  running",
      "00000003  日本語の…  work        exit 1",
    ]
  `)
})

test('no line is wider than the terminal, down to the id and the state alone', () => {
  for (let width = 20; width <= 200; width++) {
    for (const line of linesAt(width)) expect(displayWidth(line)).toBeLessThanOrEqual(width)
  }
})

test('without a terminal nothing is cut', () => {
  expect(linesAt(Number.POSITIVE_INFINITY).join('\n')).toContain('/usr/local/bin/claude --dangerously-skip-permissions')
})

test('whatever a name holds, a row stays one line and says nothing to the terminal', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 30 }), fc.integer({ min: 30, max: 120 }), (name, width) => {
      const shown = sessionTable([aSession({ name })], NOW, '')
      if (shown.kind !== 'table') throw new Error('ls shows a table')
      const lines = tableLines(shown.columns, shown.rows, { width, paint: paintNothing })
      expect(lines).toHaveLength(2)
      expect(lines.join('')).not.toMatch(/[\u0000-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/)
    }),
  )
})
