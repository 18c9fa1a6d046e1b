/** Hosts that live and cannot be spoken to: the session is still listed, reached again where that can be, and ended. */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdirSync, rmSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { encodeJsonFrame, FRAME } from '../../src/api/frames.js'
import { connectHost } from '../../src/client/host-connection.js'
import { writeJsonAtomic } from '../../src/platform/files/atomic-file.js'
import { sessionFolder, sessionSocketPath } from '../../src/platform/paths.js'
import { identifyProcess, livenessOf, type ProcessIdentity } from '../../src/platform/process/process-identity.js'
import { until } from '../kit/bounded.js'
import { sessionRecord } from '../kit/session-record.js'
import { type TemporaryHome, temporaryHome } from '../kit/temporary-home.js'
import { clientOf, killDaemon, startScript, TEST_BOUND_MS } from './kit/sessions.js'

function identityOf(pid: number | null | undefined): ProcessIdentity {
  const identity = identifyProcess(pid ?? 0)
  if (!identity) throw new Error(`there is no process ${pid}`)
  return identity
}

describe('a host that is stopped', () => {
  test('is listed as it was, woken to end its session, and tells the outcome itself', async () => {
    await using home = temporaryHome()
    const client = clientOf(home)
    const { id, pid, hostPid } = await startScript(client, home, 'echo before; exec sleep 100')
    const child = identityOf(pid)
    const written = async () => (await client.showSession(id)).session.streams.stdout?.end === 7
    await until(written, TEST_BOUND_MS, () => 'the first line')
    process.kill(hostPid ?? 0, 'SIGSTOP')
    for (let looks = 0; looks < 3; looks++) {
      expect((await client.listSessions()).sessions).toMatchObject([{ id, state: 'running', streams: { stdout: { end: 7 } } }])
    }
    const { session } = await client.killSession(id, { graceMs: 1_000 })
    expect(session).toMatchObject({ state: 'exited', exit: { signal: 'SIGTERM', outcome: 'terminated' } })
    expect(livenessOf(child)).toBe('dead')
  })
})

describe('a host that hangs', () => {
  test('is killed with everything of its session, which is then called lost', async () => {
    await using home = temporaryHome()
    const client = clientOf(home)
    await client.listSessions()
    await killDaemon(home)
    await using hung = await hungHost(home, '0badcafe')
    const { session } = await client.showSession(hung.id)
    expect(session).toMatchObject({ state: 'running', pid: hung.child.pid })
    expect((await client.killSession(hung.id, { graceMs: 0 })).session).toMatchObject({
      state: 'lost',
      exit: { code: null, signal: null, outcome: 'lost' },
    })
    expect([hung.host, hung.child].map(livenessOf)).toEqual(['dead', 'dead'])
    await client.removeSession(hung.id)
    expect(existsSync(sessionSocketPath(home.paths, hung.id))).toBe(false)
  })
})

describe('a host whose socket file was removed', () => {
  test('makes it again when somebody asks for the session, with all that was written', async () => {
    await using home = temporaryHome()
    const client = clientOf(home)
    const { id } = await startScript(client, home, 'echo before; read line; echo "$line"; exit 3')
    rmSync(dirname(sessionSocketPath(home.paths, id)), { recursive: true })
    const { socket } = await client.endpoint(id)
    const connection = await connectHost(socket ?? '')
    const { events } = await connection.attach({ mode: 'controller', from: { at: 'offset', offset: 0 } })
    await connection.input.write(Buffer.from('after\n'))
    const seen: string[] = []
    for await (const event of events) {
      if (event.type === 'data') seen.push(Buffer.from(event.bytes).toString())
      if (event.type === 'exit') seen.push(`exit ${event.record.exit.code}`)
    }
    expect(seen.join('')).toBe('before\nafter\nexit 3')
  })

  test('while the daemon was away: the next daemon reaches it', async () => {
    await using home = temporaryHome()
    const client = clientOf(home)
    const { id } = await startScript(client, home, 'echo before; exec sleep 100')
    rmSync(sessionSocketPath(home.paths, id))
    await killDaemon(home)
    const held = async () => (await client.showSession(id)).session.streams.stdout?.end === 7
    await until(held, TEST_BOUND_MS, () => 'the daemon to reach the host')
    expect((await client.killSession(id, { graceMs: 0 })).session).toMatchObject({ state: 'exited' })
  })
})

/** Holds the lock, greets whoever connects, and never answers: what a host in an endless loop looks like from outside. */
const HUNG_HOST = `
const { openSync } = require('node:fs')
const { createServer } = require('node:net')
const [, library, lock, socket, hello] = process.argv
if (!require(library).tryLock(openSync(lock, 'w+'))) throw new Error('the lock is held')
createServer((peer) => peer.on('error', () => {}).write(Buffer.from(hello, 'hex'))).listen(socket, () => console.log('ready'))
`

async function hungHost(home: TemporaryHome, id: string) {
  const folder = sessionFolder(home.paths, id)
  const socket = sessionSocketPath(home.paths, id)
  mkdirSync(folder, { mode: 0o700 })
  const library = createRequire(import.meta.url).resolve('fs-native-extensions')
  const hello = encodeJsonFrame(FRAME.hello, { protocol: 1, perch: 'hung', session: id })
  const args = ['-e', HUNG_HOST, library, join(folder, 'host.lock'), socket, Buffer.from(hello).toString('hex')]
  const host = spawn(process.execPath, args, { env: { ...home.env }, stdio: ['ignore', 'pipe', 'inherit'] })
  const env = { ...home.env, PERCH_SESSION: id }
  const child = spawn('sleep', ['100'], { env, stdio: 'ignore', detached: true })
  await once(host.stdout, 'data')
  const identities = { host: identityOf(host.pid), child: identityOf(child.pid) }
  const record = sessionRecord({ id, argv: ['sleep', '100'], cwd: home.home, socket, ...identities })
  writeJsonAtomic(join(folder, 'session.json'), record)
  const end = async (program: ChildProcess) => {
    if (program.exitCode !== null || program.signalCode !== null) return
    program.kill('SIGKILL')
    await once(program, 'exit')
  }
  return {
    id,
    ...identities,
    async [Symbol.asyncDispose]() {
      await end(host)
      await end(child)
    },
  }
}
