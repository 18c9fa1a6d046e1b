/** From what a session's host writes down to `GET /v1/usage`, through a real daemon that is killed in between. */
import { join } from 'node:path'
import { expect, test } from 'vitest'
import type { PerchClient } from '../../../src/client/perch-client.js'
import { SignalFile } from '../../../src/host/signals/signal-file.js'
import { sessionFolder } from '../../../src/platform/paths.js'
import { type TemporaryHome, temporaryHome } from '../../kit/temporary-home.js'
import { clientOf, ended, killDaemon, startScript } from '../kit/sessions.js'
import { request, windows } from './signals.js'

const AT = Date.UTC(2026, 10, 20, 10, 7)

async function totalsOf(client: PerchClient, profile: string) {
  const { profiles } = await client.usage()
  const found = profiles.find(({ name }) => name === profile)
  return found && { requests: found.requests, costUsd: found.costUsd, input: found.tokens.input }
}

function signalsOf(home: TemporaryHome, session: string): SignalFile {
  return new SignalFile(sessionFolder(home.paths, session))
}

test('what a session tells is counted once, whatever dies, and stays when the session is removed or its profile renamed', async () => {
  await using home = temporaryHome()
  const client = clientOf(home)
  await client.createProfile({ name: 'work', agent: 'command', env: {} })
  const session = await startScript(client, home, 'exec sleep 1000', { profile: 'work' })
  const signals = signalsOf(home, session.id)

  signals.append([request('a', { at: AT, input: 100, costUsd: 0.1 }), request('b', { at: AT, input: 1, costUsd: 0.2 })])
  expect(await totalsOf(client, 'work')).toEqual({ requests: 2, costUsd: 0.3, input: 101 })
  await killDaemon(home)
  expect(await totalsOf(client, 'work')).toEqual({ requests: 2, costUsd: 0.3, input: 101 })

  // Told while no daemon is there, one of them once more.
  await killDaemon(home)
  signals.append([request('b', { at: AT, input: 1, costUsd: 0.2 }), request('c', { at: AT, input: 10, costUsd: 0.4 })])
  signals.append([windows(AT + 1, [{ kind: '5h', usedPercent: 30, resetsAt: AT + 3_600_000 }])])
  expect(await totalsOf(client, 'work')).toEqual({ requests: 3, costUsd: 0.7, input: 111 })

  signals.append([request('d', { at: AT, input: 1000, costUsd: null })])
  await client.killSession(session.id, { graceMs: 1_000 })
  await ended(client, session.id)
  await client.removeSession(session.id)
  await client.renameProfile('work', 'office')
  const { profiles, rows } = await client.usage({ by: 'session' })
  expect(profiles.find(({ name }) => name === 'office')).toMatchObject({
    requests: 4,
    unpriced: 1,
    windows: [{ kind: '5h', usedPercent: 30, resetsAt: new Date(AT + 3_600_000).toISOString(), fullAt: null }],
    lastAt: new Date(AT + 1).toISOString(),
  })
  expect(rows).toMatchObject([{ key: session.id, profile: 'office', requests: 4, tokens: { input: 1111 } }])

  await client.removeProfile('office')
  expect((await client.usage()).profiles).toMatchObject([
    { name: 'default' },
    { name: 'office (removed)', removed: true, requests: 4, windows: [] },
  ])
  expect(await client.usage({ since: new Date(AT + 3_600_000).toISOString() })).toMatchObject({
    since: '2026-11-20T11:00:00.000Z',
    profiles: [{ name: 'default', requests: 0 }],
  })
})

test('a database that cannot be opened is said with a code, and everything else works', async () => {
  await using home = temporaryHome()
  const client = clientOf(home)
  const session = await startScript(client, home, 'exec sleep 1000')
  home.folder(join('p', 'usage.db'))
  signalsOf(home, session.id).append([request('a', { at: AT, input: 1, costUsd: 1 })])
  await expect(client.usage()).rejects.toMatchObject({ code: 'usage-unavailable', hint: expect.any(String) })
  expect((await client.listSessions()).sessions).toHaveLength(1)
  await client.killSession(session.id, { graceMs: 1_000 })
  await ended(client, session.id)
  await client.removeSession(session.id)
})
