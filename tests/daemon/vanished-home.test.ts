/** The whole state folder removed under a daemon: it ends, and what another daemon made in its place is left alone. */
import { renameSync, rmSync } from 'node:fs'
import { expect, test } from 'vitest'
import type { PerchClient } from '../../src/client/perch-client.js'
import { readDaemonAddress } from '../../src/client/published-address.js'
import { sessionSocketPath } from '../../src/platform/paths.js'
import { identifyProcess, livenessOf, type ProcessIdentity } from '../../src/platform/process/process-identity.js'
import { HostReader } from '../host/kit/host-reader.js'
import { until } from '../kit/bounded.js'
import { type TemporaryHome, temporaryHome } from '../kit/temporary-home.js'
import { clientOf, daemonPid, ended, startScript, TEST_BOUND_MS } from './kit/sessions.js'

function daemonOf(home: TemporaryHome): ProcessIdentity {
  return identifyProcess(daemonPid(home)) ?? expect.fail('the daemon does not run')
}

function gone(daemon: ProcessIdentity): Promise<unknown> {
  return until(
    () => livenessOf(daemon) === 'dead',
    TEST_BOUND_MS,
    () => `the end of daemon ${daemon.pid}`,
  )
}

async function seenAttaching(client: PerchClient, count: number): Promise<void> {
  let seen = 0
  for await (const line of client.events({ since: 0, follow: true })) {
    if (line.type === 'attached') seen += 1
    if (seen === count) return
  }
}

/** In one step: deleting entry by entry would meet files that are made meanwhile. */
function remove(folder: string): void {
  renameSync(folder, `${folder}.removed`)
  rmSync(`${folder}.removed`, { recursive: true, force: true })
}

test('the daemon notices and ends; its sessions go on, and the next command begins anew', async () => {
  await using home = temporaryHome()
  const client = clientOf(home)
  const { id } = await startScript(client, home, 'exec cat')
  const reader = await HostReader.attach(sessionSocketPath(home.paths, id), { mode: 'controller' })
  const daemon = daemonOf(home)
  remove(home.perchHome)
  await gone(daemon)
  await reader.type('still there')
  await reader.waitForText('stdout', 'still there')
  expect((await client.listSessions({ all: true })).sessions).toEqual([])
  await reader.channel.request('terminate', { graceMs: 0 })
  await reader[Symbol.asyncDispose]()
})

test('a daemon that notices late takes nothing from the one that is there now', async () => {
  await using home = temporaryHome()
  const client = clientOf(home)
  const { id } = await startScript(client, home, 'exec cat')
  const socket = sessionSocketPath(home.paths, id)
  const [controller, viewer] = [await HostReader.attach(socket, { mode: 'controller' }), await HostReader.attach(socket)]
  const old = daemonOf(home)
  // What it has heard of so far is written down: it is to be stopped at rest.
  await seenAttaching(client, 2)
  process.kill(old.pid, 'SIGSTOP')
  remove(home.perchHome)
  const next = await startScript(client, home, 'exit 0')
  await ended(client, next.id)
  // What its host tells it now is no event of the new state folder.
  await viewer[Symbol.asyncDispose]()
  process.kill(old.pid, 'SIGCONT')
  await gone(old)
  expect(readDaemonAddress(home.paths)?.pid).toBe((await client.daemon()).daemon.pid)
  await client.removeSession(next.id)
  const told: unknown[] = []
  for await (const line of client.events({ since: 0, follow: false }))
    told.push('seq' in line ? [line.seq, line.session, line.type] : line)
  expect(told).toEqual(['created', 'ended', 'removed'].map((type, index) => [index + 1, next.id, type]))
  await controller.channel.request('terminate', { graceMs: 0 })
  await controller[Symbol.asyncDispose]()
})
