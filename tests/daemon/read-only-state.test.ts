/** The state folder turned read-only under daemon and hosts: what runs goes on and can be ended, and nothing is called what it is not. */
import { execFileSync } from 'node:child_process'
import { expect, test } from 'vitest'
import { identifyProcess, livenessOf } from '../../src/platform/process/process-identity.js'
import { until } from '../kit/bounded.js'
import { requiresPlatform, requiresRoot } from '../kit/requirement.js'
import { temporaryHome } from '../kit/temporary-home.js'
import { clientOf, commandSession, ended, startScript, TEST_BOUND_MS } from './kit/sessions.js'

test('sessions are listed, ended and shown as lost, nothing is started or removed, and later everything is made up for', async (context) => {
  requiresRoot(context)
  requiresPlatform(context, 'linux')
  await using home = temporaryHome()
  const client = clientOf(home)
  const over = await startScript(client, home, 'exit 3')
  await ended(client, over.id)
  const live = await startScript(client, home, 'exec sleep 1000')
  const [host, child] = [live.hostPid, live.pid].map((pid) => identifyProcess(pid ?? 0) ?? expect.fail('it runs'))
  execFileSync('mount', ['--bind', home.perchHome, home.perchHome])
  try {
    execFileSync('mount', ['-o', 'remount,bind,ro', home.perchHome])
    await expect(client.createSession(commandSession(home, ['true']))).rejects.toMatchObject({ code: 'not-writable' })
    await expect(client.removeSession(over.id)).rejects.toMatchObject({ code: 'not-writable' })
    const states = async () => (await client.listSessions({ all: true })).sessions.map(({ id, state }) => [id, state])
    expect(await states()).toEqual([
      [live.id, 'running'],
      [over.id, 'exited'],
    ])
    expect((await client.killSession(live.id, { graceMs: 1_000 })).session.state).toBe('lost')
    expect(child && livenessOf(child)).toBe('dead')
    await until(
      () => host && livenessOf(host) === 'dead',
      TEST_BOUND_MS,
      () => 'the end of the host',
    )
    expect(await states()).toEqual([
      [live.id, 'lost'],
      [over.id, 'exited'],
    ])
  } finally {
    execFileSync('umount', [home.perchHome])
  }
  for (const { id } of [live, over]) await client.removeSession(id)
  expect((await client.listSessions({ all: true })).sessions).toEqual([])
  const told: unknown[] = []
  for await (const line of client.events({ since: 0, follow: false })) if (line.session === live.id) told.push(line.type)
  expect(told).toEqual(['created', 'lost', 'removed'])
})
