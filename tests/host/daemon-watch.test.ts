/** A host brings the daemon back when it loses it, unless it was stopped on purpose or one is there. */
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'
import { isFileLockHeld, tryFileLock } from '../../src/platform/files/file-lock.js'
import { daemonStartLockPath } from '../../src/platform/paths.js'
import { until } from '../kit/bounded.js'
import { type TemporaryHome, temporaryHome } from '../kit/temporary-home.js'
import { endHost, type HostProgram, hostBundle, startHost, TEST_BOUND_MS } from './kit/host-program.js'
import { HostReader } from './kit/host-reader.js'

/** A folder of built programs whose daemon only writes a line when it is started: its environment, and ends; or its pid, and stays. */
function bundlesWithFakeDaemon(
  home: TemporaryHome,
  then: 'ends' | 'stays' = 'ends',
): { readonly host: string; readonly started: string } {
  const folder = home.folder('dist')
  const started = join(home.root, 'daemon-started')
  const built = dirname(hostBundle())
  for (const name of readdirSync(built)) if (name.startsWith('host.')) cpSync(join(built, name), join(folder, name))
  // The native modules are found from where the bundle lies.
  symlinkSync(fileURLToPath(new URL('../../node_modules', import.meta.url)), join(folder, 'node_modules'))
  const line = then === 'stays' ? 'process.pid' : "Object.keys(process.env).sort().join(' ')"
  const stay = then === 'stays' ? '; setInterval(() => {}, 60_000)' : ''
  const fake = `require('fs').appendFileSync(${JSON.stringify(started)}, ${line} + '\\n')${stay}`
  writeFileSync(join(folder, 'perchd.cjs'), fake)
  return { host: join(folder, 'host.cjs'), started }
}

async function startLosableHost(home: TemporaryHome): Promise<{ host: HostProgram; started: string }> {
  const { host: bundle, started } = bundlesWithFakeDaemon(home)
  const host = await startHost(home, { argv: ['cat'], bundle, env: { SECRET: 'of the session' } })
  rmSync(join(home.paths.state, 'daemon.stopped'))
  return { host, started }
}

/** A daemon's connection that comes and goes. */
async function daemonComesAndGoes(host: HostProgram): Promise<void> {
  const daemon = await HostReader.connect(host.socket, { role: 'daemon' })
  await daemon.channel.request('subscribe', {})
  await daemon[Symbol.asyncDispose]()
}

describe('a host that loses its daemon', () => {
  test('starts one, with nothing of the session in its environment', async () => {
    await using home = temporaryHome()
    const { host, started } = await startLosableHost(home)
    await daemonComesAndGoes(host)
    const names = await until(
      () => existsSync(started) && readFileSync(started, 'utf8').endsWith('\n') && readFileSync(started, 'utf8'),
      TEST_BOUND_MS,
      () => 'a daemon',
    )
    expect(names).toContain('PERCH_HOME')
    expect(names).not.toMatch(/SECRET|PERCH_SESSION/)
    writeFileSync(join(home.paths.state, 'daemon.stopped'), '')
    await endHost(host)
    expect(host.journal()).toBe('')
  })

  test('starts one at its end when there is none then', async () => {
    await using home = temporaryHome()
    const { host, started } = await startLosableHost(home)
    await endHost(host)
    await until(
      () => existsSync(started),
      TEST_BOUND_MS,
      () => 'a daemon',
    )
  })

  test('starts none after it was stopped on purpose', async () => {
    await using home = temporaryHome()
    const { host, started } = await startLosableHost(home)
    writeFileSync(join(home.paths.state, 'daemon.stopped'), '')
    await daemonComesAndGoes(host)
    await endHost(host)
    expect(existsSync(started)).toBe(false)
  })

  test('starts one together with all others that lost it, and another one when that ends before it serves', async () => {
    await using home = temporaryHome()
    const { host: bundle, started } = bundlesWithFakeDaemon(home, 'stays')
    const pids = () => (existsSync(started) ? readFileSync(started, 'utf8').split('\n').slice(0, -1) : []).map(Number)
    const hosts = await Promise.all(Array.from({ length: 4 }, () => startHost(home, { argv: ['cat'], bundle })))
    rmSync(join(home.paths.state, 'daemon.stopped'))
    await Promise.all(hosts.map(daemonComesAndGoes))
    for (const count of [1, 2]) {
      await until(
        () => pids().length >= count,
        TEST_BOUND_MS,
        () => `${count} daemons`,
      )
      // Nobody else can start one as long as this is held.
      expect(isFileLockHeld(daemonStartLockPath(home.paths))).toBe(true)
      expect(pids()).toHaveLength(count)
      if (count === 2) writeFileSync(join(home.paths.state, 'daemon.stopped'), '')
      process.kill(pids()[count - 1] ?? 0, 'SIGKILL')
    }
    for (const host of hosts) await endHost(host)
    expect(pids()).toHaveLength(2)
  })

  test('starts none while one holds its lock', async () => {
    await using home = temporaryHome()
    const { host, started } = await startLosableHost(home)
    mkdirSync(join(home.paths.state, 'locks'), { recursive: true })
    const lock = tryFileLock(join(home.paths.state, 'locks', 'daemon.lock'))
    await daemonComesAndGoes(host)
    await endHost(host)
    lock?.close()
    expect(existsSync(started)).toBe(false)
  })

  test('starts none when a mere client leaves', async () => {
    await using home = temporaryHome()
    const { host, started } = await startLosableHost(home)
    await using client = await HostReader.connect(host.socket)
    await client.channel.request('subscribe', {})
    await using daemon = await HostReader.connect(host.socket, { role: 'daemon' })
    await daemon.channel.request('subscribe', {})
    await client[Symbol.asyncDispose]()
    await daemon.channel.request('terminate', { graceMs: 1000 })
    await host.gone
    expect(existsSync(started)).toBe(false)
  })
})
