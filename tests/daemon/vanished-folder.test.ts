/** The folder of a live session removed under host and daemon: the session is not lost, and afterwards nobody stumbles over it. */
import { existsSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { sessionFolder } from '../../src/platform/paths.js'
import { identifyProcess, livenessOf } from '../../src/platform/process/process-identity.js'
import { until } from '../kit/bounded.js'
import { temporaryHome } from '../kit/temporary-home.js'
import { clientOf, daemonPid, killDaemon, sessionFolders, startScript, TEST_BOUND_MS } from './kit/sessions.js'

test('it stays listed, is reached and ended; then it is gone, its name is free, and the others are unharmed', async () => {
  await using home = temporaryHome()
  const client = clientOf(home)
  const other = await startScript(client, home, 'exec sleep 1000', { name: 'other' })
  const { id, pid } = await startScript(client, home, 'echo before; exec sleep 1000', { name: 'victim' })
  const child = identifyProcess(pid ?? 0)
  const daemon = daemonPid(home)
  rmSync(sessionFolder(home.paths, id), { recursive: true })

  expect((await client.listSessions()).sessions.map(({ name, state }) => [name, state]).sort()).toEqual([
    ['other', 'running'],
    ['victim', 'running'],
  ])
  expect((await client.endpoint('victim')).socket).toEqual(expect.any(String))
  await client.killSession('victim', { graceMs: 1_000 })
  expect(child && livenessOf(child)).toBe('dead')
  const names = async () => (await client.listSessions()).sessions.map(({ name }) => name)
  await until(
    async () => !(await client.listSessions()).sessions.some(({ name, state }) => name === 'victim' && state === 'running'),
    TEST_BOUND_MS,
    () => 'the victim to be over',
  )
  // Its name is free, and nothing of it came back.
  await startScript(client, home, 'exec sleep 1000', { name: 'victim' })
  expect(existsSync(sessionFolder(home.paths, id))).toBe(false)
  expect(daemonPid(home)).toBe(daemon)

  await killDaemon(home)
  expect((await names()).sort()).toEqual(['other', 'victim'])
  expect((await client.listSessions({ all: true })).sessions.map((session) => session.id)).not.toContain(id)
  expect((await client.showSession(other.id)).session.state).toBe('running')
})

test('the folder of all sessions is made again for the next one', async () => {
  await using home = temporaryHome()
  const client = clientOf(home)
  const { id } = await startScript(client, home, 'exec sleep 1000')
  rmSync(join(home.paths.state, 'sessions'), { recursive: true })
  const next = await startScript(client, home, 'exec sleep 1000')
  expect(sessionFolders(home)).toEqual([next.id])
  await client.killSession(id, { graceMs: 0 })
  expect((await client.showSession(next.id)).session.state).toBe('running')
})
