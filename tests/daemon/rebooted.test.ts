/** A state folder after the machine went down: what ran is shown as lost, and nobody who has its pids now is touched. */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { createLease, leaseLiveness } from '../../src/platform/files/lease-file.js'
import { sessionFolder } from '../../src/platform/paths.js'
import { identifyProcess, livenessOf, type ProcessIdentity } from '../../src/platform/process/process-identity.js'
import { until } from '../kit/bounded.js'
import { perchText } from '../kit/perch-program.js'
import { type TemporaryHome, temporaryHome } from '../kit/temporary-home.js'
import { recordedSessionFiles } from '../kit/wire-1.js'
import { clientOf, ended, logText, TEST_BOUND_MS } from './kit/sessions.js'

const BOOT_BEFORE = '00000000-0000-4000-8000-000000000000'

/** A process that has nothing to do with perch and would not survive a signal. */
interface Stranger extends AsyncDisposable {
  readonly identity: ProcessIdentity
}

function stranger(home: TemporaryHome): Stranger {
  const child: ChildProcess = spawn('sleep', ['1000'], { env: { ...home.env }, stdio: 'ignore', detached: true })
  const gone = once(child, 'exit')
  const identity = identifyProcess(child.pid ?? 0)
  if (!identity) throw new Error('the stranger does not run')
  return {
    identity,
    async [Symbol.asyncDispose]() {
      child.kill('SIGKILL')
      await gone
    },
  }
}

/** The folder of a session that ran when the machine went down. Its pids have other owners since. */
function leaveBehind(home: TemporaryHome, id: string, pid: number, more: Readonly<Record<string, unknown>> = {}): string {
  const folder = sessionFolder(home.paths, id)
  mkdirSync(join(folder, 'log'), { recursive: true, mode: 0o700 })
  const files = recordedSessionFiles()
  for (const [name, bytes] of Object.entries(files)) if (name.startsWith('log/')) writeFileSync(join(folder, name), bytes)
  const before = { pid, startTime: identifyProcess(pid)?.startTime ?? '1', bootId: BOOT_BEFORE }
  const record = { ...JSON.parse(String(files['session.json'])), id, name: `name-${id}`, host: before, child: before, ...more }
  writeFileSync(join(folder, 'session.json'), JSON.stringify(record))
  // A lock's file outlives its holder.
  writeFileSync(join(folder, 'host.lock'), '')
  return folder
}

describe('after a reboot', () => {
  test('every session is listed as lost with what it was, its log is read, and its runtime is given back', async () => {
    await using home = temporaryHome()
    await perchText(home, ['profile', 'add', 'work', '--agent', 'claude'])
    await perchText(home, ['daemon', 'stop'])
    await using bystander = stranger(home)
    const lease = join(home.paths.data, 'profiles', 'work', 'leases', '00000002.json')
    mkdirSync(join(lease, '..'), { recursive: true, mode: 0o700 })
    createLease(lease, '00000002', { ...bystander.identity, bootId: BOOT_BEFORE })
    leaveBehind(home, '00000001', bystander.identity.pid)
    leaveBehind(home, '00000002', bystander.identity.pid, {
      profile: 'work',
      agent: 'claude',
      lease,
      conversation: 'c-1',
      home: home.home,
    })
    leaveBehind(home, '00000003', process.pid, { child: null })
    expect(leaseLiveness(lease)).toBe('dead')

    const client = clientOf(home)
    const ids = ['00000001', '00000002', '00000003']
    const { sessions } = await client.listSessions()
    expect(sessions.map(({ id, state }) => [id, state]).sort()).toEqual(ids.map((id) => [id, 'lost']))
    for (const id of ids) {
      expect(await ended(client, id)).toMatchObject({
        state: 'lost',
        name: `name-${id}`,
        exit: { outcome: 'lost' },
        hostPid: null,
      })
      expect(await logText(client, id, 'stdout')).toBe('out\ntyped\n')
    }
    expect(await ended(client, '00000002')).toMatchObject({ profile: 'work', conversation: 'c-1' })
    await until(
      () => !existsSync(lease),
      TEST_BOUND_MS,
      () => 'the lease to be given back',
    )
    expect(livenessOf(bystander.identity)).toBe('alive')
    const listed = await perchText(home, ['ls'])
    for (const id of ids) expect(listed).toMatch(new RegExp(`${id}.*lost`))
  })

  test('also a socket file that was left, and pids that are far from this machine’s, stop nobody', async () => {
    await using home = temporaryHome()
    const client = clientOf(home)
    await client.listSessions()
    await client.stopDaemon()
    const socket = join(home.folder('left'), 's.sock')
    writeFileSync(socket, '')
    leaveBehind(home, '00000001', 4_000_000_000, { socket })
    leaveBehind(home, '00000002', 0, { socket })
    leaveBehind(home, '00000003', 1, { socket })
    await until(
      async () => (await client.listSessions()).sessions.filter(({ state }) => state === 'lost').length === 3,
      TEST_BOUND_MS,
      () => 'three lost sessions',
    )
    for (const id of ['00000001', '00000002', '00000003']) {
      await ended(client, id)
      await client.removeSession(id)
    }
    expect((await client.listSessions({ all: true })).sessions).toEqual([])
    rmSync(socket)
  })
})
