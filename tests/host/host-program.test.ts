/** The host program as the daemon and clients meet it: start, record, socket, exit, and what is left afterwards. */
import { existsSync, readFileSync, readlinkSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { openEndedLog } from '../../src/host/log/ended-log.js'
import { tryFileLock } from '../../src/platform/files/file-lock.js'
import { createLease, leaseLiveness } from '../../src/platform/files/lease-file.js'
import { identifyProcess } from '../../src/platform/process/process-identity.js'
import { until } from '../kit/bounded.js'
import { temporaryHome } from '../kit/temporary-home.js'
import { startHost, TEST_BOUND_MS, tryStartHost } from './kit/host-program.js'
import { HostReader } from './kit/host-reader.js'

describe('a host', () => {
  test('runs a program on pipes and delivers its output, the ends, the exit and the reason, in this order', async () => {
    await using home = temporaryHome()
    const host = await startHost(home, { argv: ['sh', '-c', 'read go; printf out; printf err >&2; exit 7'] })
    await using reader = await HostReader.attach(host.socket, { mode: 'controller' })
    await reader.type('go\n')

    expect(await reader.untilClosed()).toEqual({ reason: 'ended' })
    expect(reader.text('stdout')).toBe('out')
    expect(reader.text('stderr')).toBe('err')
    expect(reader.order.slice(-2)).toEqual(['exit', 'closed'])
    expect(Object.fromEntries(reader.ends)).toEqual({ stdout: 3, stderr: 3 })
    expect(reader.exit?.exit).toMatchObject({ code: 7, signal: null, outcome: 'exited', signalsSent: [] })
    expect(reader.accepted).toEqual({ bytes: 3 })
    expect(await host.exitRecord()).toEqual(reader.exit)
    expect(await host.gone).toEqual({ code: 0, signal: null })
    expect(existsSync(host.socket)).toBe(false)
    expect(host.journal()).toBe('')
  })

  test('runs a program on a terminal of the asked size', async () => {
    await using home = temporaryHome()
    const host = await startHost(home, {
      kind: 'pty',
      size: { cols: 91, rows: 17 },
      argv: ['sh', '-c', 'read go; stty size; tty'],
    })
    await using reader = await HostReader.attach(host.socket, { mode: 'controller', size: { cols: 91, rows: 17 } })
    await reader.type('go\n')
    await reader.untilClosed()

    expect(reader.text('pty')).toMatch(/17 91\r\n\/dev\/pts\/\d+\r\n$/)
    expect(reader.order.slice(-3)).toEqual(['end pty', 'exit', 'closed'])
  })

  test('writes a record that identifies it and its child, and a socket for its user only', async () => {
    await using home = temporaryHome()
    const host = await startHost(home, { argv: ['cat'] })
    await using reader = await HostReader.attach(host.socket, { mode: 'controller' })

    const onDisk = JSON.parse(readFileSync(join(host.folder, 'session.json'), 'utf8'))
    expect(onDisk).toEqual(host.record)
    expect(host.record.host).toEqual(identifyProcess(host.pid))
    const { pid } = await reader.status()
    expect(host.record.child).toEqual(identifyProcess(pid ?? 0))
    expect(statSync(host.socket).mode & 0o777).toBe(0o600)
    expect(tryFileLock(join(host.folder, 'host.lock'))).toBeUndefined()

    await reader.endInput()
    expect(await reader.untilClosed()).toEqual({ reason: 'ended' })
    await host.gone
    tryFileLock(join(host.folder, 'host.lock'))?.close()
  })

  test('keeps nothing of the one who started it', async () => {
    await using home = temporaryHome()
    const host = await startHost(home, { argv: ['cat'] })
    const target = (fd: number) => readlinkSync(`/proc/${host.pid}/fd/${fd}`)
    await until(
      () => target(1) === '/dev/null',
      TEST_BOUND_MS,
      () => `stdout of the host is ${target(1)}`,
    )

    expect(target(0)).toBe('/dev/null')
    expect(target(2)).toBe(join(host.folder, 'host.log'))
    process.kill(host.pid, 'SIGTERM')
    await host.gone
  })

  test('holds the lease with its child until the exit is recorded', async () => {
    await using home = temporaryHome()
    const lease = join(home.folder('leases'), 'one')
    const owner = identifyProcess(process.pid)
    if (!owner) throw new Error('this process has no identity')
    createLease(lease, 'one', owner)
    const host = await startHost(home, { argv: ['cat'], lease })
    const record = JSON.parse(readFileSync(lease, 'utf8'))
    writeFileSync(lease, JSON.stringify({ ...record, processes: record.processes.slice(1) }))

    expect(record.processes.slice(1)).toEqual([host.record.child])
    expect(leaseLiveness(lease)).toBe('alive')
    process.kill(host.pid, 'SIGTERM')
    await host.gone
    expect(leaseLiveness(lease)).toBe('dead')
  })

  test('told to end by SIGTERM, ends its session and records that', async () => {
    await using home = temporaryHome()
    const host = await startHost(home, { argv: ['sleep', '1000'] })
    process.kill(host.pid, 'SIGTERM')

    expect((await host.exitRecord()).exit).toMatchObject({ signal: 'SIGTERM', outcome: 'terminated' })
    expect(await host.gone).toEqual({ code: 0, signal: null })
  })

  test('is not ended by the hang-up or the interrupt of the terminal it was started from', async () => {
    await using home = temporaryHome()
    const host = await startHost(home, { argv: ['cat'] })
    process.kill(host.pid, 'SIGHUP')
    process.kill(host.pid, 'SIGINT')
    await using reader = await HostReader.attach(host.socket, { mode: 'controller' })
    await reader.type('still here')
    await reader.waitForText('stdout', 'still here')
    await reader.endInput()
    await reader.untilClosed()
  })
})

describe('a host that cannot start', () => {
  const cases = [
    { what: 'a missing folder', options: { argv: ['cat'], cwd: '/no/such/folder' }, code: 'folder-not-found' },
    { what: 'a spec that is not one', options: { argv: ['cat'], mangle: () => ({ record: 1 }) }, code: 'host-start-failed' },
    { what: 'an empty spec', options: { argv: ['cat'], mangle: () => '' }, code: 'host-start-failed' },
  ] as const
  for (const { what, options, code } of cases) {
    test(`because of ${what} says so and leaves no socket`, async () => {
      await using home = temporaryHome()
      const host = await tryStartHost(home, { ...options, argv: ['cat'] })

      expect(host.ready).toMatchObject({ ok: false, error: { code } })
      expect(await host.gone).toEqual({ code: 1, signal: null })
      expect(existsSync(host.socket)).toBe(false)
      rmSync(host.folder, { recursive: true })
    })
  }

  test('because its folder belongs to another host says so', async () => {
    await using home = temporaryHome()
    let lock: ReturnType<typeof tryFileLock>
    const host = await tryStartHost(home, {
      argv: ['cat'],
      prepare: (folder) => {
        lock = tryFileLock(join(folder, 'host.lock'))
      },
    })
    lock?.close()
    expect(host.ready).toMatchObject({ ok: false, error: { code: 'lock-timeout' } })
    rmSync(host.folder, { recursive: true })
  })

  test('replaces the socket file that a killed host left, and never that of a live one', async () => {
    await using home = temporaryHome()
    const host = await startHost(home, { argv: ['cat'] })
    const rival = await tryStartHost(home, {
      argv: ['cat'],
      mangle: (spec) => ({ ...spec, record: { ...spec.record, socket: host.socket } }),
    })
    expect(rival.ready).toMatchObject({ ok: false, error: { code: 'host-start-failed' } })
    rmSync(rival.folder, { recursive: true })

    process.kill(host.pid, 'SIGKILL')
    await host.gone
    expect(existsSync(host.socket)).toBe(true)
    const heir = await startHost(home, {
      argv: ['cat'],
      mangle: (spec) => ({ ...spec, record: { ...spec.record, socket: host.socket } }),
    })
    await using reader = await HostReader.connect(host.socket)
    expect(reader.channel.hello.session).toBe(heir.id)
    process.kill(heir.pid, 'SIGTERM')
    await heir.gone
  })
})

test('SIGKILL of a host ends its program, and its log stays readable up to that point', async () => {
  await using home = temporaryHome()
  const host = await startHost(home, { kind: 'pty', argv: ['sh', '-c', 'printf "so far"; exec cat'] })
  await using reader = await HostReader.attach(host.socket)
  await reader.waitForText('pty', 'so far')
  process.kill(host.pid, 'SIGKILL')
  await reader.untilDisconnected()

  const child = host.record.child?.pid ?? 0
  await until(
    () => identifyProcess(child) === undefined,
    TEST_BOUND_MS,
    () => `the end of ${child}`,
  )
  const log = await openEndedLog(host.folder)
  expect(log.extents).toEqual({ pty: { start: 0, end: 6 } })
  expect(await log.read('pty', 0, 100)).toEqual({ kind: 'data', bytes: Buffer.from('so far') })
  rmSync(host.socket)
})

test('a session whose log cannot be written goes on in memory, and says so', async () => {
  await using home = temporaryHome()
  const host = await startHost(home, {
    argv: ['cat'],
    // In place of the folder: as root, permissions would not hold anybody back.
    prepare: (folder) => writeFileSync(join(folder, 'log'), ''),
  })
  await using reader = await HostReader.attach(host.socket, { mode: 'controller' })
  await reader.channel.request('subscribe', {})
  await reader.type('kept')
  await reader.waitForText('stdout', 'kept')
  await reader.waitFor('the event', () => reader.events.some(({ type }) => type === 'log-problem'))
  expect((await reader.status()).logProblem).toContain('log')
  await using late = await HostReader.attach(host.socket)
  await late.waitForText('stdout', 'kept')
  process.kill(host.pid, 'SIGTERM')
  expect((await host.exitRecord()).exit.outcome).toBe('terminated')
})
