/** Clients that send without end and read nothing: the host stops reading them, keeps its memory, and serves the others. */
import { describe, expect, test } from 'vitest'
import { FRAME } from '../../src/api/frames.js'
import { until } from '../kit/bounded.js'
import { requiresPlatform } from '../kit/requirement.js'
import { temporaryHome } from '../kit/temporary-home.js'
import { endHost, type HostOptions, startHost, TEST_BOUND_MS } from './kit/host-program.js'
import { HostReader } from './kit/host-reader.js'
import { HELLO, type RawPeer, rawFrame, rawPeer } from './kit/raw-peer.js'
import { residentBytes } from './kit/resident-memory.js'

/** What the garbage collector leaves standing for a while; every flood here would take several times as much if it were kept. */
const MEMORY_BOUND_BYTES = 96 * 1024 * 1024
const COUNT = 400_000
const DEAF: HostOptions['argv'] = ['sh', '-c', 'trap "" HUP TERM; while :; do sleep 1000; done']

const request = (method: string, params: object) => rawFrame(FRAME.request, JSON.stringify({ id: 1, method, params }))
const repeated = (...frames: readonly Buffer[]) =>
  Buffer.concat(
    Array<readonly Buffer[]>(COUNT / frames.length)
      .fill(frames)
      .flat(),
  )

interface Flood {
  readonly what: string
  readonly kind: 'pty' | 'pipe'
  /** What the flood consists of. */
  readonly bytes: () => Buffer
}

const FLOODS: readonly Flood[] = [
  {
    what: 'empty input',
    kind: 'pipe',
    bytes: () => Buffer.concat([rawFrame(FRAME.input, Buffer.alloc(500_000)), repeated(rawFrame(FRAME.input, ''))]),
  },
  {
    what: 'input of single bytes',
    kind: 'pty',
    bytes: () => Buffer.concat([rawFrame(FRAME.input, Buffer.alloc(500_000)), repeated(rawFrame(FRAME.input, 'x'))]),
  },
  {
    what: 'large input',
    kind: 'pipe',
    bytes: () => Buffer.concat(Array(200).fill(rawFrame(FRAME.input, Buffer.alloc(1024 * 1024)))),
  },
  { what: 'questions', kind: 'pipe', bytes: () => repeated(request('status', {})) },
  {
    what: 'requests that are answered only at the end',
    kind: 'pipe',
    bytes: () => repeated(request('terminate', { graceMs: 1e12 })),
  },
  { what: 'signals', kind: 'pipe', bytes: () => repeated(request('signal', { signal: 'SIGCONT' })).subarray(0, 1_500_000) },
  {
    what: 'new sizes',
    kind: 'pty',
    bytes: () => repeated(request('resize', { cols: 90, rows: 30 }), request('resize', { cols: 91, rows: 30 })),
  },
  {
    what: 'attachments that come and go',
    kind: 'pipe',
    bytes: () => repeated(request('attach', { mode: 'controller', from: { at: 'live' } }), request('detach', {})),
  },
  { what: 'subscriptions', kind: 'pipe', bytes: () => repeated(request('subscribe', {})) },
  { what: 'frames of a later version', kind: 'pipe', bytes: () => repeated(rawFrame(200, 'later')) },
]

describe('a flood of', () => {
  test.each(FLOODS)('$what', { timeout: 120_000 }, async ({ kind, bytes }) => {
    await using home = temporaryHome()
    const host = await startHost(home, { argv: DEAF, kind })
    // They never read either: sizes and events would pile up for them.
    await using viewer = rawPeer(host.socket, { reads: false })
    viewer.socket.write(Buffer.concat([HELLO, request('attach', { mode: 'viewer', from: { at: 'live' } })]))
    await using subscriber = rawPeer(host.socket, { reads: false })
    subscriber.socket.write(Buffer.concat([HELLO, request('subscribe', {})]))
    await using other = await HostReader.connect(host.socket)
    await other.status()
    const before = process.platform === 'linux' ? residentBytes(host.pid) : 0

    await using peer = rawPeer(host.socket, { reads: false })
    peer.socket.write(Buffer.concat([HELLO, bytes()]))
    await takenOrLeft(peer, other)
    if (process.platform === 'linux') expect(residentBytes(host.pid) - before).toBeLessThan(MEMORY_BOUND_BYTES)

    peer.socket.destroy()
    await peer.closed('the flood')
    await other.channel.request('terminate', { graceMs: 0 })
    const { exit } = await host.exitRecord()
    expect(exit.outcome).toBe('killed')
    expect(host.journal()).toBe('')
  })
})

/** Resolves when the host has read all of it, or does not read this peer any more. */
async function takenOrLeft(peer: RawPeer, other: HostReader): Promise<void> {
  const left = () => peer.socket.writableLength
  await until(
    async () => {
      const before = left()
      for (let look = 0; look < 30 && left() === before; look++) await other.status()
      return before === 0 || left() === before
    },
    TEST_BOUND_MS * 3,
    () => `the host to take the flood, or to leave it; ${left()} bytes are left`,
  )
}

test('a viewer that typed more than anybody may is still heard', async () => {
  await using home = temporaryHome()
  const host = await startHost(home, { argv: ['sleep', '1000'] })
  await using viewer = await HostReader.attach(host.socket)
  for (let sent = 0; sent < 4; sent++) void viewer.channel.send(FRAME.input, Buffer.alloc(1024 * 1024))
  await viewer.channel.request('detach', {})
  expect(viewer.accepted).toMatchObject({ bytes: 0, problem: { code: 'bad-request' } })
  await endHost(host)
})

test('a viewer that did not read while the size changed a thousand times is told the last one', async () => {
  await using home = temporaryHome()
  const host = await startHost(home, { argv: ['sleep', '1000'], kind: 'pty' })
  await using viewer = await HostReader.attach(host.socket)
  await using controller = await HostReader.attach(host.socket, { mode: 'controller' })
  viewer.channel.pause()
  for (let cols = 1; cols <= 1000; cols++) await controller.channel.request('resize', { cols, rows: 50 })
  viewer.channel.resume()
  await viewer.waitFor('the last size', () => JSON.stringify(viewer.sizes.at(-1)) === '{"cols":1000,"rows":50}')
  await endHost(host)
})

test('the exit of a program that was sent signals without end still fits into a frame', async (context) => {
  requiresPlatform(context, 'linux')
  await using home = temporaryHome()
  const host = await startHost(home, { argv: ['sleep', '1000'] })
  await using reader = await HostReader.attach(host.socket, { mode: 'controller' })
  const signals = ['SIGCONT', 'SIGWINCH', 'SIGURG']
  for (let sent = 0; sent < 20_000; sent++) void reader.channel.request('signal', { signal: signals[sent % 3] ?? '' })
  await reader.channel.request('signal', { signal: 'SIGTERM' })
  expect(await reader.untilClosed()).toEqual({ reason: 'ended' })
  expect(reader.exit?.exit).toMatchObject({ signal: 'SIGTERM', outcome: 'terminated' })
  expect(reader.exit?.exit.signalsSent.at(-1)).toMatchObject({ signal: 'SIGTERM' })
  expect(reader.exit?.exit.signalsSent.length).toBeLessThan(1_000)
})
