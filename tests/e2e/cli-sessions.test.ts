/** The verbs of sessions as scripts use them: documents, exit codes, and what they say when something is wrong. */
import * as v from 'valibot'
import { describe, expect, test } from 'vitest'
import { SessionReply, SessionsReply } from '../../src/api/control.js'
import { perch, perchJson, perchText, startPerch } from '../kit/perch-program.js'
import { type TemporaryHome, temporaryHome } from '../kit/temporary-home.js'

const session = async (home: TemporaryHome, name: string) => v.parse(SessionReply, await perchJson(home, ['show', name])).session

/** A session that answers each line with `got LINE` and ends with code 5 at the end of its input. */
const ANSWERING = ['--', 'sh', '-c', 'while read -r line; do echo "got $line"; done; echo end >&2; exit 5']

test('a session from its start to its removal', async () => {
  await using home = temporaryHome()
  const id = await perchText(home, ['exec', '-d', '-n', 'one', '--label', 'a=b', '--originator', 'test', ...ANSWERING])
  expect(id).toMatch(/^[0-9a-f]{8}$/)
  const live = await session(home, 'one')
  expect(live).toMatchObject({
    id,
    name: 'one',
    kind: 'pipe',
    state: 'running',
    labels: { a: 'b' },
    originator: 'test',
    exit: null,
  })

  expect(await perchText(home, ['send', 'one', 'hello', 'there', '--enter'])).toBe('12')
  const ended = startPerch(home, ['wait', id])
  expect((await perch(home, ['send', id.slice(0, 4), '--stdin', '--eof'], { input: 'more\n' })).stdout.toString()).toBe('5\n')
  expect((await ended.finished).code).toBe(5)

  expect(await perchText(home, ['ls'])).toBe('')
  const listed = v.parse(SessionsReply, await perchJson(home, ['ls', '-a', '--label', 'a=b'])).sessions
  expect(listed).toMatchObject([{ id, state: 'exited', exit: { code: 5, signal: null, outcome: 'exited' } }])
  const logs = await perch(home, ['logs', 'one'])
  expect([logs.stdout.toString(), logs.stderr]).toEqual(['got hello there\ngot more\n', 'end\n'])
  expect(await perchText(home, ['logs', 'one', '--from', 'tail:1', '--stream', 'stdout'])).toBe('got more')
  expect(await perchText(home, ['logs', 'one', '--from', '4', '--stream', 'stdout'])).toBe('hello there\ngot more')
  expect((await perch(home, ['wait', 'one'])).code).toBe(5)
  expect((await perch(home, ['attach', 'one'])).code).toBe(5)

  expect(await perchText(home, ['rm', 'one'])).toBe('1 session removed')
  expect((await perch(home, ['show', 'one'])).code).toBe(3)
})

test('logs -f shows what comes, and ends with the session', async () => {
  await using home = temporaryHome()
  await perchText(home, ['exec', '-d', '-n', 'one', ...ANSWERING])
  await using following = startPerch(home, ['logs', '-f', 'one'])
  await perchText(home, ['send', 'one', 'a', '--enter'])
  await following.waitForOutput('got a\n')
  await perchText(home, ['send', 'one', '--eof'])
  expect((await following.finished).stdout.toString()).toBe('got a\n')
})

test('waiting is bounded where that is asked for, and is no attachment', async () => {
  await using home = temporaryHome()
  await perchText(home, ['exec', '-d', '-n', 'one', '--', 'sleep', '60'])
  const done = await perch(home, ['wait', 'one', '--timeout', '50ms', '--json'])
  expect(done.code).toBe(124)
  expect(JSON.parse(done.stdout.toString())).toMatchObject({ error: { code: 'timeout' } })
  expect(await session(home, 'one')).toMatchObject({ state: 'running', attachments: [] })
})

test('kill ends what it is told to, and says how', async () => {
  await using home = temporaryHome()
  await perchText(home, ['exec', '-d', '-n', 'soft', '--', 'sleep', '60'])
  await perchText(home, ['exec', '-d', '-n', 'hard', '--', 'sh', '-c', 'trap "" TERM; echo deaf; while :; do sleep 0.05; done'])
  await using deaf = startPerch(home, ['logs', '-f', 'hard'])
  await deaf.waitForOutput('deaf')
  const done = await perch(home, ['kill', 'soft', 'hard', 'nobody', '--grace', '100ms'])
  expect(done.code).toBe(3)
  expect(done.stdout.toString()).toMatch(/\(soft\) ended: SIGTERM \(terminated\)\n.*\(hard\) ended: SIGKILL \(killed\)\n/)
  expect(done.stderr).toContain('there is no session "nobody"')
})

test('kill --signal sends just that', async () => {
  await using home = temporaryHome()
  await perchText(home, [
    'exec',
    '-d',
    '-n',
    'one',
    '--',
    'sh',
    '-c',
    'trap "echo usr1" USR1; echo ready; while :; do sleep 0.02; done',
  ])
  await using following = startPerch(home, ['logs', '-f', 'one'])
  await following.waitForOutput('ready')
  await perchText(home, ['kill', 'one', '--signal', 'usr1'])
  await following.waitForOutput('usr1')
  expect((await session(home, 'one')).state).toBe('running')
  expect((await perch(home, ['kill', 'one', '--signal', 'SIGNONSENSE'])).code).toBe(2)
  expect(await perchText(home, ['kill', '--all'])).toContain('(one) ended')
})

describe('what is refused', () => {
  test('a name that is taken, a live session to remove, input for one that has ended', async () => {
    await using home = temporaryHome()
    await perchText(home, ['exec', '-d', '-n', 'one', '--', 'sleep', '60'])
    expect(await perch(home, ['exec', '-d', '-n', 'one', '--', 'true'])).toMatchObject({ code: 4 })
    expect(await perch(home, ['rm', 'one'])).toMatchObject({ code: 4 })
    await perchText(home, ['kill', 'one'])
    expect(await perch(home, ['send', 'one', 'x'])).toMatchObject({ code: 1 })
  })

  test('resizing pipes, and a terminal session where there is no terminal', async () => {
    await using home = temporaryHome()
    await perchText(home, ['exec', '-d', '--pty', '-n', 'one', '--', 'cat'])
    expect(await perch(home, ['attach', 'one'])).toMatchObject({ code: 2, stderr: expect.stringContaining('--view') })
    await perchText(home, ['resize', 'one', '101x31'])
    expect((await session(home, 'one')).size).toEqual({ cols: 101, rows: 31 })
  })

  test.each([
    [['show', 'nobody'], 3],
    [['attach'], 3],
    [['send', 'x'], 2],
    [['kill'], 2],
    [['nonsense'], 2],
    [['run', '-n', '../x'], 2],
  ])('%j', async (args, code) => {
    await using home = temporaryHome()
    expect((await perch(home, args)).code).toBe(code)
  })

  test('attaching to the session one is in', async () => {
    await using home = temporaryHome()
    const id = await perchText(home, ['exec', '-d', '--pty', '--', 'cat'])
    const inside = { env: { PERCH_SESSION: id } }
    expect(await perch(home, ['attach', id, '--view'], inside)).toMatchObject({
      code: 4,
      stderr: expect.stringContaining('inside'),
    })
    expect(await perch(home, ['attach'], inside)).toMatchObject({ code: 3 })
  })
})

test('profiles: added, listed, shown, removed only when that is meant', async () => {
  await using home = temporaryHome()
  const added = await perchText(home, [
    'profile',
    'add',
    'shell',
    '--env',
    'A=b',
    '--command',
    '--',
    'sh',
    '-c',
    'echo "A is $A"',
  ])
  expect(added).toContain('Created the profile shell (command).')
  expect(await perchText(home, ['run', 'shell'])).toBe('A is b')
  expect(await perchJson(home, ['profile', 'ls'])).toMatchObject({
    schema: 1,
    profiles: [{ name: 'default' }, { name: 'shell', sessions: 0 }],
  })
  expect(await perchText(home, ['profile', 'show', 'shell'])).toMatch(/^env +A=b$/m)
  expect(await perch(home, ['profile', 'add', 'shell'])).toMatchObject({ code: 4 })
  expect(await perch(home, ['profile', 'rm', 'shell'])).toMatchObject({ code: 4, stderr: expect.stringContaining('--yes') })
  await perchText(home, ['profile', 'rm', 'shell', '--yes'])
  expect(await perch(home, ['run', 'shell'])).toMatchObject({ code: 3 })
})

test('which profile is used, and why', async () => {
  await using home = temporaryHome()
  await perchText(home, ['profile', 'add', 'work', '--agent', 'command'])
  expect(await perchText(home, ['which'])).toBe('default')
  const document = await perchJson(home, ['which', '--explain'], { env: { PERCH_PROFILE: 'work' } })
  expect(document).toMatchObject({
    schema: 1,
    profile: 'work',
    reason: 'env',
    considered: [{}, { rule: 'env', used: true }, {}, {}],
  })
  expect(await perch(home, ['which'], { env: { PERCH_PROFILE: 'nobody' } })).toMatchObject({ code: 3 })
})

test('the daemon: looked at without being started, started, replaced, stopped, and sessions go on', async () => {
  await using home = temporaryHome()
  expect(await perchJson(home, ['daemon', 'status'])).toEqual({ schema: 1, daemon: null })
  const first = (await perchJson(home, ['daemon', 'start'])) as { daemon: { pid: number } }
  await perchText(home, ['exec', '-d', '-n', 'one', '--', 'sleep', '60'])
  const second = (await perchJson(home, ['daemon', 'restart'])) as { daemon: { pid: number; sessions: number } }
  expect(second.daemon.pid).not.toBe(first.daemon.pid)
  expect(second.daemon.sessions).toBe(1)
  expect(await perchText(home, ['daemon', 'stop'])).toContain('has stopped')
  expect(await perchJson(home, ['daemon', 'status'])).toEqual({ schema: 1, daemon: null })
  expect(await perchText(home, ['daemon', 'logs'])).not.toBe('')
  expect(await session(home, 'one')).toMatchObject({ state: 'running' })
})

test('a list that is cut off by its reader is no failure', async () => {
  await using home = temporaryHome()
  await using program = startPerch(home, ['ls', '-a', '--json'])
  expect((await program.finished).code).toBe(0)
  expect(await perchText(home, ['--version'])).toMatch(/\d+\.\d+\.\d+/)
  expect(await perchText(home, ['help'])).toContain('perch run work')
})
