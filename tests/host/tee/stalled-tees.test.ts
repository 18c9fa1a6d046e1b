/** Sinks that stall under a flood: what each policy makes of it, and that nobody else is harmed. */

import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { mkdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import type { TeePolicy } from '../../../src/api/session.js'
import { until } from '../../kit/bounded.js'
import { skipOrFail } from '../../kit/requirement.js'
import { temporaryHome } from '../../kit/temporary-home.js'
import { endHost, type HostProgram, startHost, TEST_BOUND_MS } from '../kit/host-program.js'
import { HostReader } from '../kit/host-reader.js'
import { addTee, missedOf, removeTee, StalledFifo, sequence, teeOf, untilTee } from './tee-client.js'

const LAST = 1_000_000
const FLOOD = sequence(LAST)
/** Writes the flood when told to, says so, and stays. */
const FLOODING = ['sh', '-c', `read -r go; seq 1 ${LAST}; echo done >&2; read -r stay; exit 4`] as const
const SMALL_LOG = { log: 'memory', memoryBytes: 1 << 20 } as const

function residentBytes(pid: number): number {
  return Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) * 1024
}

const endsInMark = (bytes: Buffer) => bytes.subarray(-20).toString('latin1').endsWith('bytes missed]\n')

async function isHeldBack(reader: HostReader): Promise<boolean> {
  return (await reader.status()).heldBack?.includes('stdout') ?? false
}

async function flooded(reader: HostReader): Promise<void> {
  await reader.waitForText('stderr', 'done')
}

describe('a sink that stalls', () => {
  test('drop-oldest: misses what the log had to evict, marked at its place', async () => {
    await using home = temporaryHome()
    using fifo = new StalledFifo(join(home.home, 'fifo'))
    const host = await startHost(home, { argv: FLOODING, limits: SMALL_LOG })
    await using reader = await HostReader.attach(host.socket, { mode: 'controller', streams: ['stderr'] })
    await reader.channel.request('subscribe', {})
    const { id } = await addTee(reader, { target: { kind: 'file', path: fifo.path }, policy: 'drop-oldest' })
    await reader.type('go\n')
    await flooded(reader)
    expect((await teeOf(reader, id)).missed).toBeGreaterThan(3_000_000)
    await fifo.drainUntil('the end of the flood', (bytes) => bytes.subarray(-10).includes(`\n${LAST}\n`))
    const missed = missedOf(fifo.bytes, FLOOD)
    expect(await untilTee(reader, id, 'to be there', ({ lag }) => lag === 0)).toMatchObject({ missed, connected: true })
    expect(fifo.bytes.byteLength).toBeGreaterThan(1 << 20)
    const told = () => reader.events.filter(({ type }) => type === 'tee-missed').map((event) => [event.tee, event.missed])
    await reader.waitFor('the count', () => told().some(([, count]) => count === missed))
    await endHost(host)
  })

  test('drop-newest: misses what came after its window was full, marked although nothing follows', async () => {
    await using home = temporaryHome()
    using fifo = new StalledFifo(join(home.home, 'fifo'))
    const host = await startHost(home, { argv: FLOODING, limits: SMALL_LOG })
    await using reader = await HostReader.attach(host.socket, { mode: 'controller', streams: ['stderr'] })
    const { id } = await addTee(reader, { target: { kind: 'file', path: fifo.path }, policy: 'drop-newest' })
    await reader.type('go\n')
    await flooded(reader)
    await fifo.drainUntil('the mark', endsInMark)
    const missed = missedOf(fifo.bytes, FLOOD)
    expect(await teeOf(reader, id)).toMatchObject({ missed, lag: 0, connected: true })
    const mark = `\n[perch: ${missed} bytes missed]\n`
    const kept = FLOOD.byteLength - missed
    // One gap, at the end: what was kept is what came first.
    expect(fifo.bytes.toString('latin1')).toBe(FLOOD.toString('latin1', 0, kept) + mark)
    expect(kept).toBeGreaterThan(256 * 1024)
    await endHost(host)
  })

  test('block: holds the program back, loses nothing, and is shown to do so', async () => {
    await using home = temporaryHome()
    using fifo = new StalledFifo(join(home.home, 'fifo'))
    const host = await startHost(home, { argv: FLOODING, limits: SMALL_LOG })
    await using reader = await HostReader.attach(host.socket, { mode: 'controller', streams: ['stderr'] })
    const { id } = await addTee(reader, { target: { kind: 'file', path: fifo.path }, policy: 'block' })
    await reader.type('go\n')
    await until(
      () => isHeldBack(reader),
      TEST_BOUND_MS,
      () => 'the program to be held back',
    )
    expect((await reader.status()).streams.stdout?.end).toBeLessThan(2 << 20)
    await fifo.drainUntil('everything', (bytes) => bytes.byteLength === FLOOD.byteLength)
    expect(fifo.bytes.equals(FLOOD)).toBe(true)
    await flooded(reader)
    expect(await teeOf(reader, id)).toMatchObject({ missed: 0, lag: 0 })
    expect((await reader.status()).heldBack).toEqual([])
    await endHost(host)
  })

  test('block: holds nobody back any more once it is removed, or its sink has failed', async () => {
    await using home = temporaryHome()
    for (const way of ['removed', 'failed'] as const) {
      using fifo = new StalledFifo(join(home.home, way))
      const host = await startHost(home, { argv: FLOODING, limits: SMALL_LOG })
      await using reader = await HostReader.attach(host.socket, { mode: 'controller', streams: ['stderr'] })
      const { id } = await addTee(reader, { target: { kind: 'file', path: fifo.path }, policy: 'block' })
      await reader.type('go\n')
      await until(
        () => isHeldBack(reader),
        TEST_BOUND_MS,
        () => 'the program to be held back',
      )
      if (way === 'failed') fifo.close()
      else
        expect(await removeTee(reader, id)).toMatchObject({ connected: false, problem: 'it did not take everything within 2 s' })
      await flooded(reader)
      await endHost(host)
    }
  })
})

describe('the end of a session', () => {
  test('gives a slow sink what it has yet to get, and only then counts', async () => {
    await using home = temporaryHome()
    const host = await startHost(home, { argv: ['sh', '-c', `read -r go; seq 1 ${LAST}; exit 4`] })
    await using reader = await HostReader.connect(host.socket)
    const command = 'sleep 0.3; cat > slow; sleep 0.3; echo complete > mark'
    await addTee(reader, { target: { kind: 'command', command, cwd: home.home, env: home.env } })
    await reader.type('go\n')
    expect(await host.exitRecord()).toMatchObject({ exit: { code: 4 }, tees: [{ missed: 0, lag: 0, problem: null }] })
    expect(readFileSync(join(home.home, 'slow')).equals(FLOOD)).toBe(true)
    expect(readFileSync(join(home.home, 'mark'), 'utf8')).toBe('complete\n')
  })

  test('is not held up for longer than its bound by one that takes nothing; the record says what that one missed', async () => {
    await using home = temporaryHome()
    using fifo = new StalledFifo(join(home.home, 'fifo'))
    const host = await startHost(home, { argv: ['sh', '-c', `read -r go; seq 1 ${LAST}; exit 4`] })
    await using reader = await HostReader.attach(host.socket, { mode: 'controller', streams: ['stdout'] }, { keep: false })
    const stuck = 'trap "" TERM; while :; do sleep 1; done'
    const good = join(home.home, 'good')
    await addTee(reader, { target: { kind: 'file', path: fifo.path } })
    await addTee(reader, { target: { kind: 'command', command: stuck, cwd: home.home, env: home.env }, policy: 'drop-newest' })
    await addTee(reader, { target: { kind: 'file', path: good } })
    await reader.type('go\n')
    const { exit, tees = [] } = await host.exitRecord()
    expect(exit).toMatchObject({ code: 4, outcome: 'exited' })
    await reader.untilClosed()
    expect(reader.sha256()).toBe(createHash('sha256').update(FLOOD).digest('hex'))
    expect(readFileSync(good).equals(FLOOD)).toBe(true)
    fifo.drain()
    const [first, second, third] = tees
    const problem = 'it did not take everything within 5 s'
    expect(first).toMatchObject({ connected: false, problem, missed: FLOOD.byteLength - fifo.bytes.byteLength })
    expect(second).toMatchObject({ connected: false, problem })
    expect(second?.missed).toBeGreaterThan(0)
    expect(third).toMatchObject({ connected: false, problem: null, missed: 0 })
  })

  test('by a kill is not held up either', async () => {
    await using home = temporaryHome()
    using fifo = new StalledFifo(join(home.home, 'fifo'))
    const host = await startHost(home, { argv: FLOODING })
    await using reader = await HostReader.connect(host.socket)
    await addTee(reader, { target: { kind: 'file', path: fifo.path }, policy: 'block' })
    await reader.type('go\n')
    await until(
      () => isHeldBack(reader),
      TEST_BOUND_MS,
      () => 'the program to be held back',
    )
    await reader.channel.request('terminate', { graceMs: 5_000 })
    expect(await host.exitRecord()).toMatchObject({ exit: { signal: 'SIGTERM', outcome: 'terminated' } })
  })
})

describe('a flood of 64 MiB', () => {
  const LIMIT_BYTES = 16 * 1024 * 1024

  test.each(['drop-oldest', 'drop-newest'] as const)('into a stalled sink costs no memory: %s', async (policy: TeePolicy) => {
    await using home = temporaryHome()
    using fifo = new StalledFifo(join(home.home, 'fifo'))
    const host = await startFlood(home)
    await using reader = await HostReader.attach(host.socket, { mode: 'controller', streams: ['stderr'] })
    await addTee(reader, { target: { kind: 'file', path: fifo.path }, policy })
    const before = residentBytes(host.pid)
    await reader.type('go\n')
    await flooded(reader)
    expect(residentBytes(host.pid) - before).toBeLessThan(LIMIT_BYTES)
    await endHost(host)
  })

  test('reaches file, command and rotating file whole', async () => {
    await using home = temporaryHome()
    const host = await startFlood(home)
    await using reader = await HostReader.attach(host.socket, { mode: 'controller', streams: ['stderr'] })
    const at = (name: string) => join(home.home, name)
    mkdirSync(at('rotated'))
    await addTee(reader, { target: { kind: 'file', path: at('file') }, policy: 'block' })
    await addTee(reader, { target: { kind: 'file', path: at('rotated/out'), rotateBytes: 10_000_000, keep: 9 }, policy: 'block' })
    const command = 'wc -c > counted'
    await addTee(reader, { target: { kind: 'command', command, cwd: home.home, env: home.env }, policy: 'block' })
    const before = residentBytes(host.pid)
    await reader.type('go\n')
    await flooded(reader)
    expect(residentBytes(host.pid) - before).toBeLessThan(LIMIT_BYTES)
    await reader.type('stay\n')
    const { tees = [] } = await host.exitRecord()
    expect(tees.map(({ missed, problem }) => [missed, problem])).toEqual([0, 1, 2].map(() => [0, null]))
    expect(statSync(at('file')).size).toBe(67_108_864)
    expect(readFileSync(at('counted'), 'utf8').trim()).toBe('67108864')
    const rotated = [0, 1, 2, 3, 4, 5, 6].map((number) => statSync(at(`rotated/out${number === 0 ? '' : `.${number}`}`)).size)
    expect(rotated).toEqual([7_108_864, ...Array.from({ length: 6 }, () => 10_000_000)])
  })

  function startFlood(home: ReturnType<typeof temporaryHome>): Promise<HostProgram> {
    return startHost(home, {
      argv: ['sh', '-c', 'read -r go; head -c 67108864 /dev/zero; echo done >&2; read -r stay'],
      limits: { logBytes: 1 << 20 },
    })
  }
})

describe('a disk that is full half-way', () => {
  test('disconnects the tee, keeps what was written, and leaves the session alone', async (context) => {
    await using home = temporaryHome()
    const disk = join(home.home, 'disk')
    mkdirSync(disk)
    if (!mountTiny(disk)) skipOrFail(context, 'needs the right to mount a small file system')
    try {
      const host = await startHost(home, { argv: FLOODING })
      await using reader = await HostReader.attach(host.socket, { mode: 'controller', streams: ['stderr'] })
      const path = join(disk, 'out')
      const { id } = await addTee(reader, { target: { kind: 'file', path }, policy: 'block' })
      await reader.type('go\n')
      await flooded(reader)
      const tee = await untilTee(reader, id, 'its failure', ({ connected }) => connected === false)
      expect(tee.problem).toBe(`no space left to write ${path}`)
      const written = readFileSync(path)
      expect(written.equals(FLOOD.subarray(0, written.byteLength))).toBe(true)
      expect(tee.offset).toBe(written.byteLength)
      await reader.type('stay\n')
      const { exit, tees } = await host.exitRecord()
      expect(exit).toMatchObject({ code: 4, outcome: 'exited' })
      expect(tees).toMatchObject([{ missed: FLOOD.byteLength - written.byteLength, connected: false }])
      execFileSync('mount', ['-o', 'remount,ro', disk])
      const second = await startHost(home, { argv: ['cat'] })
      await using asking = await HostReader.connect(second.socket)
      await expect(addTee(asking, { target: { kind: 'file', path } })).rejects.toMatchObject({ code: 'not-writable' })
      await endHost(second)
    } finally {
      execFileSync('umount', ['-l', disk])
    }
  })

  function mountTiny(folder: string): boolean {
    try {
      execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=1m', 'tmpfs', folder], { stdio: 'ignore' })
      return true
    } catch {
      return false
    }
  }
})
