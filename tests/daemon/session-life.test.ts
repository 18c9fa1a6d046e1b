import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { sessionFolder } from '../../src/platform/paths.js'
import { identifyProcess, livenessOf } from '../../src/platform/process/process-identity.js'
import { until } from '../kit/bounded.js'
import { temporaryHome } from '../kit/temporary-home.js'
import { clientOf, commandSession, ended, logText, sessionFolders, startScript, TEST_BOUND_MS } from './kit/sessions.js'

describe('a session', () => {
  test('is started, shown while it runs, readable after its end, and removed', async () => {
    await using home = temporaryHome()
    const client = clientOf(home)
    const started = await startScript(client, home, 'echo out; echo err >&2; read line; exit 7', {
      name: 'build',
      labels: { team: 'a' },
      originator: 'a test',
    })
    expect(started).toMatchObject({ name: 'build', state: 'running', profile: 'default', exit: null, endedAt: null })
    expect((await client.listSessions()).sessions.map(({ id }) => id)).toEqual([started.id])
    expect(livenessOf(identifyProcess(started.hostPid ?? 0) ?? { pid: 0, startTime: '', bootId: '' })).toBe('alive')

    await client.killSession('build', { signal: 'TERM' })
    const over = await ended(client, started.id)
    expect(over).toMatchObject({ state: 'exited', exit: { code: null, signal: 'SIGTERM' }, labels: { team: 'a' } })
    expect(await logText(client, 'build', 'stdout')).toBe('out\n')
    expect(await logText(client, 'build', 'stderr')).toBe('err\n')
    expect((await client.listSessions()).sessions).toEqual([])
    expect((await client.listSessions({ all: true })).sessions.map(({ id }) => id)).toEqual([started.id])

    expect(await client.removeSession('build')).toEqual({ schema: 1, removed: [started.id] })
    expect(existsSync(sessionFolder(home.paths, started.id))).toBe(false)
    await expect(client.showSession('build')).rejects.toMatchObject({ code: 'session-not-found' })
  })

  test('that ends at once is reported as started, and its exit is known', async () => {
    await using home = temporaryHome()
    const client = clientOf(home)
    const { id } = await startScript(client, home, 'exit 3')
    expect(await ended(client, id)).toMatchObject({ state: 'exited', exit: { code: 3, signal: null, outcome: 'exited' } })
  })

  test('gets the environment of the shell that asked, not of the daemon, and its own marks', async () => {
    await using home = temporaryHome()
    const first = clientOf(home)
    await first.daemon()
    const env = { ...home.env, SECRET_OF_MINE: 'x', PERCH_SESSION: 'not-of-here' }
    const { id } = await startScript(clientOf(home), home, 'env', { env, extraEnv: { ADDED: 'yes' } })
    await ended(first, id)
    const seen = new Map((await logText(first, id, 'stdout')).split('\n').map((line) => [line.split('=')[0], line]))
    expect(seen.get('SECRET_OF_MINE')).toBe('SECRET_OF_MINE=x')
    expect(seen.get('ADDED')).toBe('ADDED=yes')
    expect(seen.get('PERCH_SESSION')).toBe(`PERCH_SESSION=${id}`)
    expect(seen.get('PERCH_PROFILE')).toBe('PERCH_PROFILE=default')
    expect(seen.get('PERCH_HOME')).toBe(`PERCH_HOME=${home.perchHome}`)
    expect(seen.has('PERCH_PROCESS')).toBe(false)
  })

  test('started from inside another one records its parent', async () => {
    await using home = temporaryHome()
    const client = clientOf(home)
    const outer = await startScript(client, home, 'exit 0')
    const inner = await startScript(client, home, 'exit 0', { env: { ...home.env, PERCH_SESSION: outer.id } })
    expect(inner.parent).toBe(outer.id)
    expect(outer.parent).toBeNull()
    await Promise.all([ended(client, outer.id), ended(client, inner.id)])
  })

  test('is resized, and its new size is shown', async () => {
    await using home = temporaryHome()
    const client = clientOf(home)
    const { id, size } = await startScript(client, home, 'read line', { kind: 'pty', size: { cols: 100, rows: 30 } })
    expect(size).toEqual({ cols: 100, rows: 30 })
    const { session } = await client.resizeSession(id, { cols: 120, rows: 40 })
    expect(session.size).toEqual({ cols: 120, rows: 40 })
    await expect(client.resizeSession(id, { cols: 0, rows: 40 })).rejects.toMatchObject({ code: 'bad-size' })
    await client.killSession(id, { graceMs: 0 })
  })

  test('that is killed is gone when the answer comes, with everything it started', async () => {
    await using home = temporaryHome()
    const client = clientOf(home)
    const pids = join(home.home, 'pids')
    const { id } = await startScript(
      client,
      home,
      `trap '' TERM; (setsid sleep 100 & echo $! >> ${pids}); echo $$ >> ${pids}; while :; do sleep 1; done`,
    )
    await until(
      () => existsSync(pids),
      TEST_BOUND_MS,
      () => 'the script to run',
    )
    const { session } = await client.killSession(id, { graceMs: 50 })
    expect(session).toMatchObject({ state: 'exited', exit: { signal: 'SIGKILL', outcome: 'killed' } })
    // Killing it again is no error: it is gone, as was asked.
    expect((await client.killSession(id)).session.state).toBe('exited')
    await expect(client.killSession(id, { signal: 'TERM' })).rejects.toMatchObject({ code: 'session-ended' })
  })

  test('that runs is removed only by force', async () => {
    await using home = temporaryHome()
    const client = clientOf(home)
    const { id } = await startScript(client, home, 'exec sleep 100')
    await expect(client.removeSession(id)).rejects.toMatchObject({ code: 'session-live' })
    await client.removeSession(id, { force: true })
    expect(sessionFolders(home)).toEqual([])
  })

  test('of a profile is counted there, and keeps the profile from being removed', async () => {
    await using home = temporaryHome()
    const client = clientOf(home)
    await client.createProfile({ name: 'work', agent: 'command', env: { EDITOR: 'vi', MY_TOKEN: 'hidden' } })
    const { id } = await startScript(client, home, 'exec sleep 100', { profile: 'work' })
    const { profiles } = await client.listProfiles()
    expect(profiles.map(({ name, sessions }) => [name, sessions])).toEqual([
      ['default', 0],
      ['work', 1],
    ])
    await expect(client.removeProfile('work')).rejects.toMatchObject({ code: 'profile-in-use' })
    const { profile } = await client.showProfile('work')
    expect(profile.env.EDITOR).toBe('vi')
    expect(JSON.stringify(profile)).not.toContain('hidden')
    await client.killSession(id)
    expect(await client.removeProfile('work')).toEqual({ schema: 1, removed: ['work'], wasDefault: false, unmapped: [] })
    await expect(client.showProfile('work')).rejects.toMatchObject({ code: 'profile-not-found' })
  })
})

describe('many sessions', () => {
  test('are started at once, each with its own id and output', async () => {
    await using home = temporaryHome()
    const client = clientOf(home)
    const numbers = Array.from({ length: 10 }, (_, index) => index)
    const started = await Promise.all(numbers.map((number) => startScript(client, home, `echo ${number}`)))
    expect(new Set(started.map(({ id }) => id)).size).toBe(10)
    const outputs = started.map(async ({ id }) => {
      await ended(client, id)
      return logText(client, id, 'stdout')
    })
    expect(await Promise.all(outputs)).toEqual(numbers.map((number) => `${number}\n`))
  })

  test('cannot have one name at the same time: of ten creations one wins', async () => {
    await using home = temporaryHome()
    const client = clientOf(home)
    const tries = Array.from({ length: 10 }, () => startScript(client, home, 'exec sleep 100', { name: 'only' }))
    const outcomes = await Promise.allSettled(tries)
    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1)
    for (const outcome of outcomes)
      if (outcome.status === 'rejected') expect(outcome.reason).toMatchObject({ code: 'name-taken' })
    expect(sessionFolders(home)).toHaveLength(1)
    await client.killSession('only', { graceMs: 0 })
    // The name is free again once its session has ended.
    const next = await startScript(client, home, 'exec sleep 100', { name: 'only' })
    expect((await client.showSession('only')).session.id).toBe(next.id)
  })

  test('are limited by max-live', async () => {
    await using home = temporaryHome()
    const client = clientOf(home)
    await client.daemon()
    writeFileSync(join(home.paths.config, 'config.toml'), '[sessions]\nmax-live = 1\n')
    await startScript(client, home, 'exec sleep 100')
    await expect(startScript(client, home, 'exec sleep 100')).rejects.toMatchObject({ code: 'too-many-sessions' })
  })

  test('past their keeping are removed when another one ends', async () => {
    await using home = temporaryHome()
    const client = clientOf(home)
    await client.daemon()
    writeFileSync(join(home.paths.config, 'config.toml'), '[sessions]\nretention-count = 1\n')
    const first = await startScript(client, home, 'exit 0')
    await ended(client, first.id)
    const second = await startScript(client, home, 'exit 0')
    await ended(client, second.id)
    const gone = () => !existsSync(sessionFolder(home.paths, first.id))
    await until(gone, TEST_BOUND_MS, () => 'the first session to be removed')
    expect(sessionFolders(home)).toEqual([second.id])
  })
})

describe('a session that cannot be started leaves nothing behind', () => {
  test.each([
    ['an unknown profile', { profile: 'nobody' }, 'profile-not-found'],
    ['a bad profile name', { profile: '../x' }, 'bad-name'],
    ['a bad session name', { name: '-x' }, 'bad-name'],
    ['a name of 300 characters', { name: 'x'.repeat(300) }, 'bad-name'],
    ['a folder that does not exist', { cwd: '/nonexistent/folder' }, 'folder-not-found'],
    ['a relative folder', { cwd: 'relative' }, 'bad-request'],
    ['a missing program', { program: { kind: 'command', argv: ['no-such-program-here'] } }, 'program-not-found'],
    ['a program that is a folder', { program: { kind: 'command', argv: ['/'] } }, 'program-not-executable'],
    ['an empty command', { program: { kind: 'command', argv: [''] } }, 'empty-command'],
    ['a NUL in an argument', { program: { kind: 'command', argv: ['echo', 'a\0b'] } }, 'bad-request'],
    ['an impossible variable', { extraEnv: { 'A=B': 'x' } }, 'bad-request'],
  ] as const)('%s', async (_, more, code) => {
    await using home = temporaryHome()
    const client = clientOf(home)
    const request = commandSession(home, ['true'], more as object)
    await expect(client.createSession(request)).rejects.toMatchObject({ code })
    expect(sessionFolders(home)).toEqual([])
    expect((await client.listSessions({ all: true })).sessions).toEqual([])
  })

  test('a profile whose agent is not installed says how to install it', async () => {
    await using home = temporaryHome()
    const client = clientOf(home)
    await client.createProfile({ name: 'work', agent: 'claude' })
    const empty = join(home.home, 'bin')
    mkdirSync(empty)
    const request = commandSession(home, [], {
      profile: 'work',
      program: { kind: 'agent', args: [] },
      env: { ...home.env, PATH: empty },
    })
    await expect(client.createSession(request)).rejects.toMatchObject({
      code: 'agent-not-installed',
      hint: expect.stringContaining('Install'),
    })
    expect(sessionFolders(home)).toEqual([])
  })

  test('a child that the kernel refuses to start', async () => {
    await using home = temporaryHome()
    const client = clientOf(home)
    // One argument above the kernel's limit of 128 KiB (MAX_ARG_STRLEN).
    const request = commandSession(home, ['echo', 'x'.repeat(200 * 1024)], { name: 'big' })
    await expect(client.createSession(request)).rejects.toThrow()
    expect(sessionFolders(home)).toEqual([])
    // And the name is free.
    await expect(startScript(client, home, 'exit 0', { name: 'big' })).resolves.toMatchObject({ name: 'big' })
    await ended(client, 'big')
  })
})
