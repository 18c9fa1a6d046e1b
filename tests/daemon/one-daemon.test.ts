import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, chownSync, existsSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { tryConnectDaemon } from '../../src/client/daemon-address.js'
import { stopDaemon } from '../../src/client/stop-daemon.js'
import { bundlePath } from '../../src/platform/bundles.js'
import { isFileLockHeld } from '../../src/platform/files/file-lock.js'
import { daemonAddressPath, daemonLockPath, daemonSocketPath, daemonStopMarkPath } from '../../src/platform/paths.js'
import { until, within } from '../kit/bounded.js'
import { requiresRoot } from '../kit/requirement.js'
import { type TemporaryHome, temporaryHome } from '../kit/temporary-home.js'
import { clientOf, daemonLog, daemonPid, killDaemon, startScript, TEST_BOUND_MS } from './kit/sessions.js'

/** Runs `perchd` itself, as a start script would; its wait status when it ends. */
function runDaemon(home: TemporaryHome, env: Readonly<Record<string, string>> = home.env) {
  const child = spawn(process.execPath, [bundlePath('perchd')], { env: { ...env }, stdio: ['ignore', 'pipe', 'pipe'] })
  let stderr = ''
  child.stderr.on('data', (chunk) => {
    stderr += chunk
  })
  const gone = once(child, 'close').then(([code]) => ({ code: code as number | null, stderr }))
  return { child, gone: within(gone, TEST_BOUND_MS, () => 'the daemon to end') }
}

describe('one daemon for a state folder', () => {
  test('of two that start at the same time one serves and the other ends at once, without a word', async () => {
    await using home = temporaryHome()
    const two = [runDaemon(home), runDaemon(home)]
    const { code, stderr } = await Promise.race(two.map(({ gone }) => gone))
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    const { daemon } = await clientOf(home, { autostart: false }).daemon()
    const winner = two.find(({ child }) => child.pid === daemon.pid)
    expect(winner).toBeDefined()
    winner?.child.kill('SIGTERM')
    expect((await winner?.gone)?.code).toBe(0)
  })

  test('a socket and a lock file that a killed one left do not hinder the next', async () => {
    await using home = temporaryHome()
    const client = clientOf(home)
    await client.daemon()
    const first = daemonPid(home)
    await killDaemon(home)
    expect(existsSync(daemonSocketPath(home.paths))).toBe(true)
    expect((await client.daemon()).daemon.pid).not.toBe(first)
  })

  test('a plain file in place of the socket is replaced', async () => {
    await using home = temporaryHome()
    mkdirSync(home.paths.runtime, { recursive: true, mode: 0o700 })
    writeFileSync(daemonSocketPath(home.paths), 'not a socket')
    expect((await clientOf(home).daemon()).daemon.pid).toBe(daemonPid(home))
  })

  test('the daemon of another state folder at the same address is left alone', async () => {
    await using home = temporaryHome()
    mkdirSync(home.paths.runtime, { recursive: true, mode: 0o700 })
    const other = createServer()
    other.listen(daemonSocketPath(home.paths))
    await once(other, 'listening')
    const { code, stderr } = await runDaemon(home).gone
    expect(code).toBe(1)
    expect(stderr).toContain('the daemon of another state folder listens')
    const reachable = await tryConnectDaemon(home.paths)
    expect(reachable).toBeDefined()
    reachable?.destroy()
    await new Promise((resolve) => other.close(resolve))
    rmSync(daemonSocketPath(home.paths), { force: true })
  })

  test('everything it makes is its person’s alone', async () => {
    await using home = temporaryHome()
    await clientOf(home).daemon()
    const mode = (path: string) => (statSync(path).mode & 0o777).toString(8)
    for (const folder of ['', 'sessions', 'locks', 'profiles', 's']) expect(mode(join(home.perchHome, folder))).toBe('700')
    for (const file of ['perchd.sock', 'daemon.json', 'daemon.log']) expect(mode(join(home.perchHome, file))).toBe('600')
  })
})

describe('the daemon ends', () => {
  test.each(['SIGTERM', 'SIGINT', 'SIGHUP'] as const)('on %s: its socket and address go, its sessions stay', async (signal) => {
    await using home = temporaryHome()
    const client = clientOf(home)
    const { id } = await startScript(client, home, 'exec sleep 100')
    // So that no host starts it again while the test looks.
    writeFileSync(daemonStopMarkPath(home.paths), '')
    process.kill(daemonPid(home), signal)
    await until(
      () => !isFileLockHeld(daemonLockPath(home.paths)),
      TEST_BOUND_MS,
      () => 'the daemon to end',
    )
    expect(existsSync(daemonSocketPath(home.paths))).toBe(false)
    expect(existsSync(daemonAddressPath(home.paths))).toBe(false)
    expect(daemonLog(home)).toContain(`"why":"${signal}"`)
    expect((await client.showSession(id)).session.state).toBe('running')
  })

  test('when it is stopped, and stays so until a command needs it', async () => {
    await using home = temporaryHome()
    const client = clientOf(home)
    const { id } = await startScript(client, home, 'exec sleep 100')
    expect(await stopDaemon(home.paths, home.env)).toBe(true)
    expect(existsSync(daemonStopMarkPath(home.paths))).toBe(true)
    expect(await stopDaemon(home.paths, home.env)).toBe(false)
    await expect(clientOf(home, { autostart: false }).daemon()).rejects.toMatchObject({ code: 'daemon-unreachable' })
    expect((await client.showSession(id)).session.state).toBe('running')
    expect(existsSync(daemonStopMarkPath(home.paths))).toBe(false)
  })

  test('while its reply to the request to stop is still sent', async () => {
    await using home = temporaryHome()
    const client = clientOf(home)
    await client.daemon()
    expect(await client.stopDaemon()).toEqual({ schema: 1 })
    await until(
      () => !isFileLockHeld(daemonLockPath(home.paths)),
      TEST_BOUND_MS,
      () => 'the daemon to end',
    )
  })
})

describe('the daemon’s socket', () => {
  test('that vanished is made again', async () => {
    await using home = temporaryHome()
    const client = clientOf(home, { autostart: false })
    await clientOf(home).daemon()
    const pid = daemonPid(home)
    rmSync(daemonSocketPath(home.paths))
    await until(
      () => existsSync(daemonSocketPath(home.paths)),
      TEST_BOUND_MS,
      () => 'the socket to come back',
    )
    expect((await client.daemon()).daemon.pid).toBe(pid)
  })

  test('is found through the published address from a shell with another XDG_RUNTIME_DIR', async () => {
    await using home = temporaryHome()
    const { PERCH_HOME: _, ...bare } = home.env
    const env = { ...bare, PERCH_TEST_ROOT: home.root }
    const { perchPaths } = await import('../../src/platform/paths.js')
    const { connectPerch } = await import('../../src/client/perch-client.js')
    const shell = (name: string) => {
      const own = { ...env, XDG_RUNTIME_DIR: home.folder(name), XDG_STATE_HOME: join(home.root, 'p') }
      return { paths: perchPaths(own), env: own }
    }
    const [login, cron] = [shell('login'), shell('cron')]
    const { daemon } = await connectPerch({ ...login, autostart: true }).daemon()
    try {
      expect((await connectPerch({ ...cron, autostart: false }).daemon()).daemon.pid).toBe(daemon.pid)
    } finally {
      await stopDaemon(login.paths, login.env)
    }
  })
})

describe('a state folder that cannot be trusted', () => {
  test('because everybody may write it is refused before anything is started', async () => {
    await using home = temporaryHome()
    mkdirSync(home.perchHome)
    chmodSync(home.perchHome, 0o777)
    await expect(clientOf(home).daemon()).rejects.toMatchObject({ code: 'unsafe-folder', hint: expect.stringContaining('chmod') })
    const { code, stderr } = await runDaemon(home).gone
    expect(code).toBe(1)
    expect(stderr).toContain('can be written by every user')
  })

  test('because it belongs to somebody else is refused', async (context) => {
    requiresRoot(context)
    await using home = temporaryHome()
    mkdirSync(home.perchHome, { mode: 0o700 })
    const SOMEBODY = 65_534
    chownSync(home.perchHome, SOMEBODY, SOMEBODY)
    await expect(clientOf(home).daemon()).rejects.toMatchObject({ code: 'unsafe-folder' })
    chownSync(home.perchHome, process.getuid?.() ?? 0, process.getgid?.() ?? 0)
  })

  test('because its path is too long for a socket is refused with what to do', async () => {
    await using home = temporaryHome()
    const long = join(home.root, 'x'.repeat(100))
    const { perchPaths } = await import('../../src/platform/paths.js')
    const { connectPerch } = await import('../../src/client/perch-client.js')
    const env = { ...home.env, PERCH_HOME: long }
    const client = connectPerch({ paths: perchPaths(env), env, autostart: true })
    await expect(client.daemon()).rejects.toMatchObject({ code: 'socket-path-too-long' })
  })
})

test('the log holds no environment and rotates once when it is full', async () => {
  await using home = temporaryHome()
  const client = clientOf(home)
  await client.daemon()
  const path = join(home.paths.state, 'daemon.log')
  writeFileSync(path, `${'x'.repeat(2 * 1024 * 1024)}\n`)
  await startScript(client, home, 'exit 0', { env: { ...home.env, MY_SECRET: 'do-not-log-me' } })
  expect(statSync(path).size).toBeLessThan(100_000)
  expect(statSync(`${path}.1`).size).toBeGreaterThan(2 * 1024 * 1024)
  expect(readFileSync(path, 'utf8')).not.toContain('do-not-log-me')
})
