/** Transcripts of Claude Code, counted by a real daemon beside what its sessions told. */
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import type { PerchClient } from '../../../src/client/perch-client.js'
import { SignalFile } from '../../../src/host/signals/signal-file.js'
import { sessionFolder } from '../../../src/platform/paths.js'
import { standInAgent } from '../../kit/stand-in-agent.js'
import { temporaryHome } from '../../kit/temporary-home.js'
import { clientOf, commandSession, ended, killDaemon } from '../kit/sessions.js'
import { request } from './signals.js'

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
