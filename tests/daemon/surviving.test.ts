import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import type { Session } from '../../src/api/session.js'
import type { PerchClient } from '../../src/client/perch-client.js'
import { sessionFolder, sessionSocketPath } from '../../src/platform/paths.js'
import { identifyProcess, livenessOf, type ProcessIdentity } from '../../src/platform/process/process-identity.js'
import { until } from '../kit/bounded.js'
import { type TemporaryHome, temporaryHome } from '../kit/temporary-home.js'
import {
  clientOf,
  daemonLog,
  daemonPid,
  ended,
  killDaemon,
  logText,
  sessionFolders,
  startScript,
  TEST_BOUND_MS,
} from './kit/sessions.js'

function identityOf(pid: number | null): ProcessIdentity {
  const identity = identifyProcess(pid ?? 0)
  if (!identity) throw new Error(`there is no process ${pid}`)
  return identity
}

/** Asks a daemon that somebody else is just starting. */
function askWithoutStarting<T>(home: TemporaryHome, ask: (client: PerchClient) => Promise<T>): Promise<T> {
  const client = clientOf(home, { autostart: false })
  const look = () => ask(client).catch(() => undefined)
  return until(look, TEST_BOUND_MS, () => 'the daemon to answer')
}

async function state(client: PerchClient, id: string): Promise<Session['state']> {
  return (await client.showSession(id)).session.state
}

describe('SIGKILL of the daemon', () => {
  test('leaves the sessions running, and the next command lists them all with their names', async () => {
    await using home = temporaryHome()
    const client = clientOf(home)
    const names = ['a', 'b', 'c']
    const started = await Promise.all(names.map((name) => startScript(client, home, 'echo ready; exec sleep 100', { name })))
    const children = started.map(({ pid }) => identityOf(pid))
    await killDaemon(home)

    const { sessions } = await client.listSessions()
    expect(sessions.map(({ name }) => name).sort()).toEqual(names)
    expect(sessions.map(({ state: shown }) => shown)).toEqual(['running', 'running', 'running'])
    for (const session of sessions) expect(session.streams.stdout).toEqual({ start: 0, end: 6 })
    expect(children.map(livenessOf)).toEqual(['alive', 'alive', 'alive'])
    await client.killSession('b', { graceMs: 0 })
    expect((await client.listSessions()).sessions).toHaveLength(2)
  })

  test('in the middle of a session: its end is known to the next daemon', async () => {
    await using home = temporaryHome()
    const client = clientOf(home)
    const { id } = await startScript(client, home, 'read line; echo last words; exit 5', { kind: 'pty' })
    await killDaemon(home)
    await client.killSession(id, { signal: 'HUP' })
    expect(await ended(client, id)).toMatchObject({ state: 'exited', exit: { signal: 'SIGHUP' } })
  })

  test('while nobody asks for anything: a host that lost it starts the next', async () => {
    await using home = temporaryHome()
    const client = clientOf(home)
    await startScript(client, home, 'exec sleep 100')
    const first = daemonPid(home)
    await killDaemon(home)
    await until(
      () => daemonPid(home) !== first,
      TEST_BOUND_MS,
      () => 'the host to start a daemon',
    )
    const { sessions } = await askWithoutStarting(home, (next) => next.listSessions())
    expect(sessions).toHaveLength(1)
  })
})

describe('SIGKILL of a host', () => {
  test('makes its session lost: what it wrote is readable, its processes are ended, others do not notice', async () => {
    await using home = temporaryHome()
    const client = clientOf(home)
    const other = await startScript(client, home, 'exec sleep 100')
    const victim = await startScript(client, home, 'echo before; trap "" HUP TERM; sleep 100 & wait; wait', { name: 'victim' })
    const child = identityOf(victim.pid)
    const written = async () => (await client.showSession(victim.id)).session.streams.stdout?.end === 7
    await until(written, TEST_BOUND_MS, () => 'the first line')
    process.kill(victim.hostPid ?? 0, 'SIGKILL')

    const over = await ended(client, victim.id)
    expect(over).toMatchObject({ state: 'lost', exit: { code: null, signal: null, outcome: 'lost' }, hostPid: null })
    expect(over.endedAt).not.toBeNull()
    expect(livenessOf(child)).toBe('dead')
    expect(await logText(client, victim.id, 'stdout')).toBe('before\n')
    expect(await state(client, other.id)).toBe('running')
    // Lost sessions stay in the plain list; its name is free again.
    expect((await client.listSessions()).sessions.map(({ id }) => id).sort()).toEqual([other.id, victim.id].sort())
    await startScript(client, home, 'exec sleep 100', { name: 'victim' })
    await client.removeSession(victim.id)
    expect(existsSync(sessionFolder(home.paths, victim.id))).toBe(false)
    expect(existsSync(sessionSocketPath(home.paths, victim.id))).toBe(false)
  })

  test('together with the daemon: the next daemon deals with it', async () => {
    await using home = temporaryHome()
    const client = clientOf(home)
    const { id, pid, hostPid } = await startScript(client, home, 'exec sleep 100')
    const child = identityOf(pid)
    // No host is left that could start the daemon in between.
    process.kill(daemonPid(home), 'SIGKILL')
    process.kill(hostPid ?? 0, 'SIGKILL')
    expect(await ended(client, id)).toMatchObject({ state: 'lost' })
    expect(livenessOf(child)).toBe('dead')
  })
})

describe('a session folder that is damaged', () => {
  test.each([
    ['cut off', '{"schema":1,'],
    ['empty', ''],
    ['of another shape', '{"schema":1,"id":7}'],
    ['of a later schema', '{"schema":99}'],
  ])('(%s) is listed as what it is, breaks nothing, and can be removed', async (_, text) => {
    await using home = temporaryHome()
    const client = clientOf(home)
    const { id } = await startScript(client, home, 'exit 0')
    await ended(client, id)
    await killDaemon(home)
    const damaged = sessionFolder(home.paths, 'deadbeef')
    mkdirSync(damaged)
    writeFileSync(join(damaged, 'session.json'), text)

    const { sessions } = await client.listSessions({ all: true })
    expect(sessions.map((session) => session.id).sort()).toEqual([id, 'deadbeef'].sort())
    const shown = sessions.find((session) => session.id === 'deadbeef')
    expect(shown).toMatchObject({ state: 'lost', problem: expect.stringContaining('session.json') })
    expect(daemonLog(home)).toContain('a session record cannot be read')
    await client.removeSession('dead')
    expect(sessionFolders(home)).toEqual([id])
  })

  test('while its host lives: it can still be ended', async () => {
    await using home = temporaryHome()
    const client = clientOf(home)
    const { id, pid } = await startScript(client, home, 'exec sleep 100')
    const child = identityOf(pid)
    const record = join(sessionFolder(home.paths, id), 'session.json')
    const good = readFileSync(record)
    writeFileSync(record, '{')
    await killDaemon(home)
    expect(await state(client, id)).toBe('running')
    await client.killSession(id)
    expect(livenessOf(child)).toBe('dead')
    // What remains is an ended session; with its record back it shows as one.
    writeFileSync(record, good)
    await killDaemon(home)
    expect(await state(client, id)).toBe('exited')
  })

  test('by a broken exit record counts as ended', async () => {
    await using home = temporaryHome()
    const client = clientOf(home)
    const { id } = await startScript(client, home, 'echo kept; exit 0')
    await ended(client, id)
    writeFileSync(join(sessionFolder(home.paths, id), 'exit.json'), 'not json')
    await killDaemon(home)
    expect(await state(client, id)).toBe('lost')
    expect(await logText(client, id, 'stdout')).toBe('kept\n')
  })

  test('that is no session is left alone', async () => {
    await using home = temporaryHome()
    const client = clientOf(home)
    await client.daemon()
    await killDaemon(home)
    const foreign = join(home.paths.state, 'sessions', 'notes')
    mkdirSync(foreign)
    expect((await client.listSessions({ all: true })).sessions).toEqual([])
    expect(existsSync(foreign)).toBe(true)
    rmSync(foreign, { recursive: true })
  })
})

test('what a boot before this one left is lost, and no process of this boot is touched', async () => {
  await using home = temporaryHome()
  const client = clientOf(home)
  const { id } = await startScript(client, home, 'exit 0')
  await ended(client, id)
  await killDaemon(home)
  // The record of a session that ran when the machine went down, with a pid that now belongs to somebody else: this test.
  const folder = sessionFolder(home.paths, id)
  const record = JSON.parse(readFileSync(join(folder, 'session.json'), 'utf8'))
  const before = { pid: process.pid, startTime: '1', bootId: '00000000-0000-0000-0000-000000000000' }
  writeFileSync(join(folder, 'session.json'), JSON.stringify({ ...record, host: before, child: before }))
  rmSync(join(folder, 'exit.json'))
  expect(await ended(client, id)).toMatchObject({ state: 'lost', exit: { outcome: 'lost' } })
})
