/** Transcripts of Claude Code, counted by a real daemon beside what its sessions told; and limits, told once. */
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { connectPerch, type PerchClient } from '../../../src/client/perch-client.js'
import { stopDaemon } from '../../../src/client/stop-daemon.js'
import { SignalFile } from '../../../src/host/signals/signal-file.js'
import { sessionFolder } from '../../../src/platform/paths.js'
import { identifyProcess, livenessOf } from '../../../src/platform/process/process-identity.js'
import { until } from '../../kit/bounded.js'
import { standInAgent } from '../../kit/stand-in-agent.js'
import { temporaryHome } from '../../kit/temporary-home.js'
import { clientOf, commandSession, daemonPid, ended, killDaemon, TEST_BOUND_MS } from '../kit/sessions.js'
import { request, windows } from './signals.js'

const CONVERSATION = '11111111-2222-4333-8444-555555555555'
const OTHER = '99999999-2222-4333-8444-555555555555'

function line(id: string, at: number, conversation = CONVERSATION): string {
  const usage = { input_tokens: 10, output_tokens: 2, cache_creation_input_tokens: 0, cache_read_input_tokens: 5 }
  const timestamp = new Date(at).toISOString()
  return JSON.stringify({
    type: 'assistant',
    timestamp,
    sessionId: conversation,
    cwd: '/src',
    requestId: `r${id}`,
    message: { id, model: 'opus', usage },
  })
}

async function requestsOf(client: PerchClient) {
  return Object.fromEntries((await client.usage()).profiles.map(({ name, requests }) => [name, requests]))
}

test('transcripts count once, beside what sessions told, for the profile of the session or the plain one', async () => {
  await using home = temporaryHome()
  const projects = join(home.home, '.claude', 'projects', '-src')
  mkdirSync(join(projects, CONVERSATION, 'subagents'), { recursive: true })
  const client = clientOf(home)
  await client.createProfile({ name: 'work', agent: 'claude', env: {} })
  const started = Date.now()
  const { session } = await client.createSession(
    commandSession(home, [], {
      profile: 'work',
      env: { ...home.env, ...standInAgent(home, 'claude', 'exec sleep 1000') },
      program: { kind: 'agent', args: ['--session-id', CONVERSATION] },
    }),
  )
  const signals = new SignalFile(sessionFolder(home.paths, session.id))
  signals.append([request('a', { at: Date.now(), input: 10, conversation: CONVERSATION })])
  const huge = JSON.stringify({ type: 'user', message: 'x'.repeat(17 * 1024 * 1024) })
  writeFileSync(
    join(projects, `${CONVERSATION}.jsonl`),
    // Before perch; repeated for each block; while the session runs; malformed.
    [
      line('m1', started - 9e6),
      line('m1', started - 9e6),
      line('m2', Date.now()),
      '{"usage":',
      huge,
      line('m3', started - 8e6),
    ].join('\n'),
  )
  writeFileSync(join(projects, CONVERSATION, 'subagents', 'agent-1.jsonl'), `${line('m4', started - 8e6)}\n`)
  writeFileSync(join(projects, `${OTHER}.jsonl`), `${line('m5', started - 7e6, OTHER)}\n${line('m1', started - 9e6)}\n`)

  const first = await client.importUsage({ home: home.home })
  expect(first.imported).toMatchObject({
    files: 3,
    counted: [
      { profile: 'default', requests: 1 },
      { profile: 'work', requests: 3 },
    ],
    leftForLater: 1,
    unreadableLines: 1,
    problems: [],
  })
  expect(await requestsOf(client)).toEqual({ default: 1, work: 4 })
  await killDaemon(home)
  await client.killSession(session.id, { graceMs: 1_000 })
  await ended(client, session.id)
  await client.removeSession(session.id)
  const again = await client.importUsage({ home: home.home })
  expect(again.imported).toMatchObject({ counted: [], knownBefore: 5, toldBySessions: 1, leftForLater: 0 })
  expect(await requestsOf(client)).toEqual({ default: 1, work: 4 })
  const { rows } = await client.usage({ by: 'session', profile: 'work' })
  expect(rows.map(({ key, requests, unpriced }) => ({ key, requests, unpriced }))).toEqual([
    { key: session.id, requests: 1, unpriced: 0 },
    { key: CONVERSATION, requests: 3, unpriced: 3 },
  ])
})

test.each(['usage-warning-noted', 'usage-warning-told'])(
  'a daemon that dies at %s leaves a warning told once',
  async (failpoint) => {
    await using home = temporaryHome()
    const client = clientOf(home)
    const { session } = await client.createSession(commandSession(home, ['sleep', '1000']))
    await stopDaemon(home.paths, home.env)
    const dying = connectPerch({ paths: home.paths, env: { ...home.env, PERCH_FAILPOINT: failpoint }, autostart: true })
    await dying.daemon()
    const daemon = identifyProcess(daemonPid(home)) ?? expect.fail('it runs')
    new SignalFile(sessionFolder(home.paths, session.id)).append([
      windows(Date.now(), [{ kind: '5h', usedPercent: 90, resetsAt: Date.now() + 3_600_000 }]),
    ])
    // It dies of it, and the client may have asked again so early that it met the same one.
    await dying.usage().catch(() => undefined)
    await until(
      () => livenessOf(daemon) === 'dead',
      TEST_BOUND_MS,
      () => 'the death of the daemon',
    )
    await client.usage()
    const warnings = async () => {
      let count = 0
      for await (const { type } of client.events({ since: 0, follow: false })) if (type === 'usage-warning') count += 1
      return count
    }
    await until(
      async () => (await warnings()) > 0,
      TEST_BOUND_MS,
      () => 'the warning',
    )
    await killDaemon(home)
    await client.usage()
    expect(await warnings()).toBe(1)
  },
)

test('a limit that is nearly reached is told once a period, whatever dies', async () => {
  await using home = temporaryHome()
  const client = clientOf(home)
  await client.createProfile({ name: 'work', agent: 'command', env: {} })
  await client.changeProfile('work', { changes: [{ key: ['warn-at'], value: 50 }] })
  const { session } = await client.createSession(commandSession(home, ['sleep', '1000'], { profile: 'work' }))
  const signals = new SignalFile(sessionFolder(home.paths, session.id))
  const now = Date.now()
  const tell = async (usedPercent: number, resetsAt: number) => {
    signals.append([windows(Date.now(), [{ kind: '5h', usedPercent, resetsAt }])])
    await client.usage()
  }
  await tell(49, now + 3_600_000)
  await tell(51, now + 3_600_000)
  await killDaemon(home)
  await tell(70, now + 3_600_000)
  await tell(80, now + 9 * 3_600_000)
  const told: unknown[] = []
  for await (const event of client.events({ since: 0, follow: false })) {
    if (event.type === 'usage-warning') told.push([event.profile, event.window, event.usedPercent, event.resetsAt])
  }
  expect(told).toEqual([
    ['work', '5h', 51, new Date(now + 3_600_000).toISOString()],
    ['work', '5h', 80, new Date(now + 9 * 3_600_000).toISOString()],
  ])
  expect((await client.usage()).profiles.find(({ name }) => name === 'work')).toMatchObject({ warnAt: 50 })
})
