/** `perch prune`: ended sessions go, live ones stay. And `perch ls`, which says what there is. */
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { until } from '../kit/bounded.js'
import { perch, perchJson, perchText } from '../kit/perch-program.js'
import { killAtOnce, listSessions, showSession, startSession } from '../kit/perch-session.js'
import { type TemporaryHome, temporaryHome } from '../kit/temporary-home.js'

/** Everything here takes well under a second on an idle machine. */
const BOUND_MS = 20_000

const TRUE = ['--', 'true']
const SLEEPING = ['--', 'sleep', '60']

async function ended(home: TemporaryHome, ...flags: readonly string[]): Promise<string> {
  const { id } = await startSession(home, 'exec', [...flags, ...TRUE])
  await perch(home, ['wait', id])
  return id
}

/** As if it had ended so long ago. */
function endedAgo(home: TemporaryHome, id: string, days: number): void {
  const path = join(home.paths.state, 'sessions', id, 'exit.json')
  const record = JSON.parse(readFileSync(path, 'utf8'))
  writeFileSync(path, JSON.stringify({ ...record, endedAt: new Date(Date.now() - days * 86_400_000).toISOString() }))
}

const ids = async (home: TemporaryHome, ...args: readonly string[]) => {
  const { sessions } = (await perchJson(home, ['ls', ...args])) as { sessions: readonly { id: string }[] }
  return sessions.map(({ id }) => id).sort()
}

describe('pruning', () => {
  test('removes every ended session with its folder, prints how many, and touches no live one', async () => {
    await using home = temporaryHome()
    const gone = [await ended(home), await ended(home)]
    const live = await startSession(home, 'exec', SLEEPING)
    expect(await perchText(home, ['prune'])).toBe('2 sessions removed')
    expect(readdirSync(join(home.paths.state, 'sessions'))).toEqual([live.id])
    expect(await perchText(home, ['prune'])).toBe('0 sessions removed')
    expect(await showSession(home, live.id)).toMatchObject({ state: 'running' })
    for (const id of gone) expect((await perch(home, ['show', id])).code).toBe(3)
  })

  test('removes only what was asked for: by age, originator, profile and label', async () => {
    await using home = temporaryHome()
    await perchText(home, ['profile', 'add', 'other', '--agent', 'command'])
    const old = await ended(home)
    const ci = await ended(home, '--originator', 'ci', '--label', 'job=7')
    const second = await ended(home, '--originator', 'ci', '--label', 'job=8')
    const other = (await startSession(home, 'exec', ['other', ...TRUE])).id
    await perch(home, ['wait', other])
    await perchText(home, ['daemon', 'stop'])
    endedAgo(home, old, 3)
    const prune = async (...args: readonly string[]) =>
      (await perchJson(home, ['prune', ...args])) as { removed: readonly string[] }
    expect(await prune('--older', '40d')).toMatchObject({ schema: 1, removed: [] })
    expect((await prune('--originator', 'ci', '--label', 'job=7')).removed).toEqual([ci])
    expect((await prune('--profile', 'nobody')).removed).toEqual([])
    expect((await prune('--profile', 'other')).removed).toEqual([other])
    expect((await prune('--older', '2d')).removed).toEqual([old])
    expect(await ids(home, '-a')).toEqual([second])
  })

  test('spares those without a label, whatever that is called', async () => {
    await using home = temporaryHome()
    const plain = await ended(home)
    for (const name of ['constructor', 'prototype', '__proto__']) {
      const labelled = await ended(home, '--label', `${name}=1`)
      expect(await perchText(home, ['prune', '--label', `${name}=2`])).toBe('0 sessions removed')
      expect(await ids(home, '-a', '--label', `${name}=1`)).toEqual([labelled])
      expect(await perchText(home, ['prune', '--label', `${name}=1`])).toBe('1 session removed')
    }
    expect(await ids(home, '-a')).toEqual([plain])
  })

  test('finishes one that was lost, gives back its runtime, and then removes it', async () => {
    await using home = temporaryHome({ mayLeave: ['socket'] })
    await perchText(home, ['profile', 'add', 'work', '--agent', 'codex'])
    const { id } = await startSession(home, 'exec', ['work', ...SLEEPING])
    const leases = join(home.paths.data, 'profiles', 'work', 'leases')
    expect(readdirSync(leases)).not.toEqual([])
    killAtOnce(home, id)
    expect(await perchText(home, ['prune'])).toBe('1 session removed')
    expect(readdirSync(leases)).toEqual([])
    expect(existsSync(join(home.paths.state, 'sessions', id))).toBe(false)
  })

  test.each([
    [['prune', '--older', '7'], '--older takes a duration'],
    [['prune', '--older', '-1d'], '--older takes a duration'],
    [['prune', '--label', 'x'], '--label takes KEY=VALUE'],
    [['prune', 'all'], 'does not know what to do with all'],
  ])('%j is wrong usage', async (args, said) => {
    await using home = temporaryHome()
    expect(await perch(home, args)).toMatchObject({ code: 2, stderr: expect.stringContaining(said) })
  })
})

describe('the list', () => {
  test('is narrowed by state, originator, profile and labels, which all must fit', async () => {
    await using home = temporaryHome()
    const done = await ended(home, '--originator', 'ci')
    const { id } = await startSession(home, 'exec', ['--originator', 'ci', '--label', 'a=1', '--label', 'b=2', ...SLEEPING])
    expect(await ids(home, '--originator', 'ci')).toEqual([id])
    expect(await ids(home, '--originator', 'ci', '-a')).toEqual([done, id].sort())
    expect(await ids(home, '--state', 'exited')).toEqual([done])
    expect(await ids(home, '--state', 'running')).toEqual([id])
    expect(await ids(home, '--label', 'a=1', '--label', 'b=2')).toEqual([id])
    expect(await ids(home, '--label', 'a=1', '--label', 'b=3')).toEqual([])
    expect(await ids(home, '-a', '--profile', 'default')).toEqual([done, id].sort())
    expect(await perch(home, ['ls', '--originator', 'nobody'])).toMatchObject({
      code: 0,
      stderr: expect.stringContaining('no such session'),
    })
    expect(await perch(home, ['ls', '--state', 'gone'])).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('starting, running'),
    })
  })

  test('has a row for a session whose record is damaged, and show says what is wrong', async () => {
    await using home = temporaryHome()
    const id = await ended(home)
    await perchText(home, ['daemon', 'stop'])
    writeFileSync(join(home.paths.state, 'sessions', id, 'session.json'), '{"schema": 1, "id":')
    expect(await perchText(home, ['ls', '-a'])).toMatch(new RegExp(`^${id} .*corrupt .*session\\.json`, 'm'))
    expect(await perchText(home, ['show', id])).toMatch(/^problem +.*session\.json/m)
    expect(await perchText(home, ['prune', '--originator', 'ci'])).toBe('0 sessions removed')
    expect(await perchText(home, ['prune'])).toBe('1 session removed')
  })

  test('tells of a host that does not answer, and again when it does', async () => {
    await using home = temporaryHome()
    const { id } = await startSession(home, 'exec', SLEEPING)
    const { hostPid } = await showSession(home, id)
    process.kill(hostPid ?? 0, 'SIGSTOP')
    expect(await perchText(home, ['show', id])).toMatch(/^state +no answer\nhost +does not answer/m)
    expect(await perchText(home, ['ls'])).toContain('no answer')
    process.kill(hostPid ?? 0, 'SIGCONT')
    const state = async () => (await listSessions(home))[0]?.hostHangs
    await until(
      async () => (await state()) === undefined,
      BOUND_MS,
      () => 'an answer of the host',
    )
    expect(await perchText(home, ['ls'])).toContain('working')
  })
})
