/** What an earlier perch left running, or left on the disk, under the daemon of today (`tests/fixtures/wire-1`). */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { writeJsonAtomic } from '../../src/platform/files/atomic-file.js'
import { preparePerchFolders } from '../../src/platform/files/safe-folder.js'
import { sessionFolder, sessionSocketPath } from '../../src/platform/paths.js'
import { identifyProcess, livenessOf } from '../../src/platform/process/process-identity.js'
import { within } from '../kit/bounded.js'
import { type TemporaryHome, temporaryHome } from '../kit/temporary-home.js'
import { recordedSessionFiles } from '../kit/wire-1.js'
import { clientOf, logText, TEST_BOUND_MS } from './kit/sessions.js'

const ID = '0123abcd'
const REPLAYING_HOST = fileURLToPath(new URL('../fixtures/wire-1/replaying-host.cjs', import.meta.url))

/** Puts the recorded session's files into the home; `leaveOut` names those that a live session does not have. */
function layDown(home: TemporaryHome, leaveOut: readonly string[] = []): string {
  preparePerchFolders(home.paths)
  // It was recorded on a day that is longer ago each day, and what has ended is kept for a week.
  writeFileSync(join(home.paths.config, 'config.toml'), '[sessions]\nretention-days = 100000\n')
  const folder = sessionFolder(home.paths, ID)
  for (const [name, bytes] of Object.entries(recordedSessionFiles())) {
    if (leaveOut.includes(name)) continue
    mkdirSync(dirname(join(folder, name)), { recursive: true, mode: 0o700 })
    writeFileSync(join(folder, name), bytes, { mode: 0o600 })
  }
  return folder
}

test('an ended session is listed with its exit, and its log is read', async () => {
  await using home = temporaryHome()
  layDown(home)
  const client = clientOf(home)
  const { sessions } = await client.listSessions({ all: true })
  expect(sessions).toMatchObject([
    { id: ID, name: 'recorded', state: 'exited', labels: { made: 'once' }, exit: { code: 7, outcome: 'exited' } },
  ])
  expect([await logText(client, ID, 'stdout'), await logText(client, ID, 'stderr')]).toEqual(['out\ntyped\n', 'err\n'])
  await client.removeSession('recorded')
  expect(existsSync(sessionFolder(home.paths, ID))).toBe(false)
})

test('a session that nobody recorded the end of is lost, and its log is read', async () => {
  await using home = temporaryHome()
  layDown(home, ['exit.json'])
  const client = clientOf(home)
  const { sessions } = await client.listSessions()
  expect(sessions).toMatchObject([{ id: ID, state: 'lost' }])
  expect(await logText(client, ID, 'stdout')).toBe('out\ntyped\n')
})

test('a live host is adopted, asked and told to end its session', async () => {
  await using home = temporaryHome()
  const folder = layDown(home, ['exit.json'])
  await using host = await startReplayingHost(home, folder)
  const client = clientOf(home)
  for (let look = 0; look < 3; look++) {
    expect((await client.listSessions()).sessions).toMatchObject([
      { id: ID, name: 'recorded', state: 'running', streams: { stdout: { start: 0, end: 7 } } },
    ])
  }
  await expect(client.resizeSession(ID, { cols: 80, rows: 24 })).rejects.toMatchObject({ code: expect.any(String) })
  const { session } = await client.killSession(ID, { graceMs: 0 })
  expect(session).toMatchObject({ state: 'exited', exit: { signal: 'SIGTERM', outcome: 'terminated' } })
  await within(host.gone, TEST_BOUND_MS, () => 'the end of the old host')
  expect((await client.listSessions()).sessions).toEqual([])
})

/** A host with the record that one of then would have written: without the fields that are optional since. */
async function startReplayingHost(home: TemporaryHome, folder: string) {
  const socket = sessionSocketPath(home.paths, ID)
  const library = createRequire(import.meta.url).resolve('fs-native-extensions')
  const env = { ...home.env, PERCH_SESSION: ID }
  const child = spawn('sleep', ['1000'], { env, stdio: 'ignore', detached: true })
  const args = [REPLAYING_HOST, library, folder, socket, String(child.pid)]
  const host = spawn(process.execPath, args, { env: { ...home.env }, stdio: ['ignore', 'pipe', 'inherit'] })
  const gone = once(host, 'exit')
  await once(host.stdout, 'data')
  const { home: _, ...record } = JSON.parse(String(recordedSessionFiles()['session.json']))
  const identities = { host: identifyProcess(host.pid ?? 0), child: identifyProcess(child.pid ?? 0) }
  writeJsonAtomic(join(folder, 'session.json'), { ...record, socket, ...identities })
  return {
    gone,
    async [Symbol.asyncDispose]() {
      for (const [process, identity] of [
        [host, identities.host],
        [child, identities.child],
      ] as const) {
        if (identity && livenessOf(identity) === 'alive') process.kill('SIGKILL')
      }
      await within(gone, TEST_BOUND_MS, () => 'the end of the old host')
    },
  }
}
