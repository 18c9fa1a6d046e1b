import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdirSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { sessionSocketPath } from '../../src/platform/paths.js'
import { identifyProcess, livenessOf, type ProcessIdentity } from '../../src/platform/process/process-identity.js'
import { within } from './bounded.js'
import { collectLeaks, takeBaseline } from './leak-check.js'
import { startProgram } from './running-program.js'
import { sessionRecord } from './session-record.js'
import { type TemporaryHome, temporaryHome } from './temporary-home.js'

test('a home is empty, private, marked in its environment, and gone afterwards', async () => {
  const home = temporaryHome({ env: { EXTRA: '1' } })

  expect(statSync(home.root).mode & 0o777).toBe(0o700)
  expect(home.env).toMatchObject({ HOME: home.home, PERCH_HOME: home.perchHome, EXTRA: '1' })
  expect(Object.keys(home.env).filter((name) => /CLAUDE|ANTHROPIC|PROXY/i.test(name))).toEqual([])
  expect(Buffer.byteLength(sessionSocketPath(home.paths, 'any'))).toBeLessThanOrEqual(103)
  await home[Symbol.asyncDispose]()
  expect(existsSync(home.root)).toBe(false)
})

test('disposing asks the recorded daemon to end', async () => {
  const baseline = takeBaseline()
  const home = temporaryHome()
  const daemon = await startStandIn(home, 'process.on("SIGTERM", () => process.exit(0))')
  recordDaemon(home, daemon.identity.pid)

  await home[Symbol.asyncDispose]()

  expect(await within(daemon.ended, 5_000, () => 'the end of the daemon')).toBe(0)
  expect(await collectLeaks(baseline)).toEqual([])
})

test('a recorded pid that belongs to another process by now is left alone', async () => {
  const home = temporaryHome()
  await using bystander = startProgram('sleep', ['1000'], { env: { PATH: process.env.PATH ?? '' } })
  recordDaemon(home, bystander.pid)
  const identity = identifyProcess(bystander.pid)

  await home[Symbol.asyncDispose]()

  expect(identity && livenessOf(identity)).toBe('alive')
})

test('sessions that the test left running are ended, host and program, and are no leak', async () => {
  const baseline = takeBaseline()
  const home = temporaryHome()
  const host = await startStandIn(home, '')
  const child = await startStandIn(home, '', { PERCH_SESSION: 'aaaaaaaa' })
  const grandchild = await startStandIn(home, '', { PERCH_SESSION: 'aaaaaaaa' })
  recordSession(home, 'aaaaaaaa', host.identity, child.identity, { ended: false })

  await home[Symbol.asyncDispose]()

  await within(Promise.all([host.ended, child.ended, grandchild.ended]), 5_000, () => 'the end of the session')
  expect(await collectLeaks(baseline)).toEqual([])
})

test('a process that outlived its ended session is a leak', async () => {
  const baseline = takeBaseline()
  const home = temporaryHome()
  const gone = { pid: 1, startTime: 'long ago', bootId: 'another boot' }
  const survivor = await startStandIn(home, '', { PERCH_SESSION: 'bbbbbbbb' })
  recordSession(home, 'bbbbbbbb', gone, null, { ended: true })

  await home[Symbol.asyncDispose]()

  expect(await collectLeaks(baseline)).toEqual([
    { kind: 'process', what: expect.stringMatching(new RegExp(`^${survivor.identity.pid} `)) },
  ])
})

interface StandIn {
  readonly identity: ProcessIdentity
  /** Its exit code, null when it was killed. */
  readonly ended: Promise<number | null>
}

/** A process in the home's environment that stays until it is ended; `setup` runs in it first. */
async function startStandIn(home: TemporaryHome, setup: string, env: Readonly<Record<string, string>> = {}): Promise<StandIn> {
  const script = `${setup}; console.log("ready"); setInterval(() => {}, 1 << 30)`
  const child = spawn(process.execPath, ['-e', script], { env: { ...home.env, ...env }, stdio: ['ignore', 'pipe', 'inherit'] })
  const ended = once(child, 'exit').then(([code]: (number | null)[]) => code ?? null)
  await within(once(child.stdout, 'data'), 10_000, () => 'the stand-in')
  const identity = identifyProcess(child.pid ?? 0)
  if (identity === undefined) throw new Error('the stand-in ended at once')
  return { identity, ended }
}

function recordDaemon(home: TemporaryHome, pid: number): void {
  mkdirSync(home.paths.state, { recursive: true })
  const address = { socket: '/nowhere', pid, version: '0', protocol: 1, startedAt: new Date().toISOString() }
  writeFileSync(join(home.paths.state, 'daemon.json'), JSON.stringify(address))
}

function recordSession(
  home: TemporaryHome,
  id: string,
  host: ProcessIdentity,
  child: ProcessIdentity | null,
  { ended }: { readonly ended: boolean },
): void {
  const folder = join(home.paths.state, 'sessions', id)
  mkdirSync(folder, { recursive: true })
  const record = sessionRecord({ id, argv: ['sh'], socket: sessionSocketPath(home.paths, id), host, child })
  writeFileSync(join(folder, 'session.json'), JSON.stringify(record))
  if (ended) writeFileSync(join(folder, 'exit.json'), '{}')
}
