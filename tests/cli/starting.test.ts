/** How `run` and `exec` decide what to start, and what `attach` means without a name. */
import { describe, expect, test } from 'vitest'
import type { Exit } from '../../src/api/session.js'
import { chooseSession } from '../../src/cli/attach-target.js'
import { nearestWord } from '../../src/cli/nearest-word.js'
import { pickedSession } from '../../src/cli/pick-session.js'
import { exitCodeOfSession, exitText } from '../../src/cli/session-exit.js'
import { decideStartMode, startRequest } from '../../src/cli/start-request.js'
import { aSession } from './a-session.js'

const TERMINAL = { stdin: true, stdout: true, stderr: true }
const SCRIPT = { stdin: false, stdout: false, stderr: false }

describe('a terminal or pipes', () => {
  test.each([
    ['on a terminal', [], TERMINAL, { kind: 'pty', client: 'terminal' }],
    ['in a script', [], SCRIPT, { kind: 'pipe', client: 'pass-through' }],
    ['output into a file', [], { ...TERMINAL, stdout: false }, { kind: 'pipe', client: 'pass-through' }],
    ['input from a pipe', [], { ...TERMINAL, stdin: false }, { kind: 'pipe', client: 'pass-through' }],
    ['errors into a file', [], { ...TERMINAL, stderr: false }, { kind: 'pty', client: 'terminal' }],
    ['--pipe on a terminal', ['pipe'], TERMINAL, { kind: 'pipe', client: 'pass-through' }],
    ['--merge-stderr on a terminal', ['merge-stderr'], TERMINAL, { kind: 'pipe', client: 'pass-through' }],
    ['--pty in a script', ['pty'], SCRIPT, { kind: 'pty', client: 'pass-through' }],
    ['-d on a terminal', ['detach'], TERMINAL, { kind: 'pty', client: 'none' }],
    ['-d with its id captured', ['detach'], { ...TERMINAL, stdout: false }, { kind: 'pty', client: 'none' }],
    ['-d in a script', ['detach'], SCRIPT, { kind: 'pipe', client: 'none' }],
    ['-d --pty in a script', ['detach', 'pty'], SCRIPT, { kind: 'pty', client: 'none' }],
    ['-d --pipe on a terminal', ['detach', 'pipe'], TERMINAL, { kind: 'pipe', client: 'none' }],
  ] as const)('%s', (_, flags, terminals, mode) => {
    expect(decideStartMode(new Set<string>(flags), terminals)).toEqual(mode)
  })

  test.each([[['pipe', 'pty']], [['pty', 'merge-stderr']]])('%j exclude each other', (flags) => {
    expect(() => decideStartMode(new Set(flags), SCRIPT)).toThrow(expect.objectContaining({ code: 'usage' }))
  })
})

describe('the request', () => {
  const request = (values: Readonly<Record<string, readonly string[]>>, kind: 'pty' | 'pipe' = 'pty') =>
    startRequest(
      { positionals: ['work'], rest: undefined, flags: new Set(), values: new Map(Object.entries(values)) },
      { kind: 'agent', args: [] },
      { kind, env: { A: '1', COLUMNS: '90', LINES: '30' }, terminalSize: undefined },
    )

  test('takes over what the shell has, and what was asked for', () => {
    const made = request({ env: ['B=2'], label: ['k=v'], name: ['n'], nice: ['-3'], cwd: ['/tmp'] })
    expect(made).toMatchObject({ profile: 'work', cwd: '/tmp', name: 'n', nice: -3, labels: { k: 'v' }, extraEnv: { B: '2' } })
    expect(made.env).toMatchObject({ A: '1' })
    expect(made.umask).toBe(process.umask())
  })

  test('a size that was asked for counts, else what the shell says, and pipes have none', () => {
    expect(request({ size: ['100x40'] }).size).toEqual({ cols: 100, rows: 40 })
    expect(request({}).size).toEqual({ cols: 90, rows: 30 })
    expect(request({}, 'pipe').size).toBeUndefined()
  })

  test.each(['x', '', '20', '-21', '1.5'])('--nice %j is refused', (nice) => {
    expect(() => request({ nice: [nice] })).toThrow(expect.objectContaining({ code: 'usage' }))
  })
})

describe('attach without a name', () => {
  const CONTROLLER = { id: 'a1', mode: 'controller', since: '2026-01-03T00:00:00Z' } as const
  const here = '/project'

  test('the only session, wherever it is', () => {
    expect(chooseSession([aSession({ id: 'a', cwd: '/elsewhere' })], here)?.id).toBe('a')
  })

  test('the latest of this folder', () => {
    const sessions = [
      aSession({ id: 'other', cwd: '/elsewhere', createdAt: '2026-01-03T00:00:00Z' }),
      aSession({ id: 'old', cwd: here, createdAt: '2026-01-01T00:00:00Z' }),
      aSession({ id: 'new', cwd: here, createdAt: '2026-01-02T00:00:00Z' }),
    ]
    expect(chooseSession(sessions, here)?.id).toBe('new')
    const taken = sessions.map((one) => (one.id === 'new' ? { ...one, attachments: [CONTROLLER] } : one))
    expect(chooseSession(taken, here)?.id).toBe('old')
  })

  test('several elsewhere are not guessed among', () => {
    const sessions = [aSession({ id: 'aaaa', name: 'one', cwd: '/a' }), aSession({ id: 'bbbb', cwd: '/b' })]
    expect(chooseSession(sessions, here)).toBeUndefined()
  })

  test.each([
    ['', 'aaaa'],
    [' 2 ', 'bbbb'],
    ['one', 'aaaa'],
    ['bb', 'bbbb'],
    ['12', '12cc'],
    ['9', undefined],
    ['b', undefined],
    ['constructor', undefined],
  ])('the answer %j means %s', (answer, id) => {
    const listed = [
      aSession({ id: 'aaaa', name: 'one' }),
      aSession({ id: 'bbbb' }),
      aSession({ id: 'bccc' }),
      aSession({ id: '12cc' }),
    ]
    expect(pickedSession(listed, answer)?.id).toBe(id)
  })

  test('none at all', () => {
    expect(() => chooseSession([], here)).toThrow(expect.objectContaining({ code: 'session-not-found' }))
  })
})

describe('the exit', () => {
  const exit: Exit = { code: null, signal: null, outcome: 'exited', signalsSent: [] }
  test.each<[string, Exit, number, string]>([
    ['a code', { ...exit, code: 7 }, 7, 'exit 7'],
    ['a signal', { ...exit, signal: 'SIGTERM', outcome: 'terminated' }, 143, 'SIGTERM (terminated)'],
    ['a signal of its own', { ...exit, signal: 'SIGSEGV' }, 139, 'SIGSEGV'],
    ['lost', { ...exit, outcome: 'lost' }, 1, 'lost'],
  ])('%s', (_, ended, code, text) => {
    expect([exitCodeOfSession(ended), exitText(ended)]).toEqual([code, text])
  })

  test('nobody knows', () => expect(exitCodeOfSession(null)).toBe(1))
})

test.each([
  ['ls', ['ls', 'logs'], 'ls'],
  ['lgos', ['ls', 'logs'], 'logs'],
  ['xyz', ['ls', 'logs'], undefined],
])('the word nearest to %s', (word, candidates, nearest) => expect(nearestWord(word, candidates)).toBe(nearest))
