/** Clients that do not keep up with a real session. */
import { createHash } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { until } from '../kit/bounded.js'
import { temporaryHome } from '../kit/temporary-home.js'
import { endHost, startHost, TEST_BOUND_MS } from './kit/host-program.js'
import { HostReader } from './kit/host-reader.js'
import { residentBytes } from './kit/resident-memory.js'

function gapBytes(reader: HostReader): number {
  return reader.gaps.reduce((sum, { from, to }) => sum + to - from, 0)
}

describe('a slow reader', () => {
  test('costs the host no memory, and neither the program nor the others wait for it', async () => {
    await using home = temporaryHome()
    const host = await startHost(home, {
      argv: ['sh', '-c', 'read go; head -c 67108864 /dev/zero; echo; read stay'],
      limits: { logBytes: 1 << 20 },
    })
    await using stalled = await HostReader.attach(host.socket, { mode: 'controller' }, { keep: false })
    stalled.channel.pause()
    const before = residentBytes(host.pid)
    await using fast = await HostReader.connect(host.socket, { keep: false })
    await fast.attach({ from: { at: 'live' } })
    await stalled.type('go\n')
    await until(
      async () => (await fast.status()).streams.stdout?.end === 67108865,
      TEST_BOUND_MS,
      () => 'the end of the output',
    )
    expect(residentBytes(host.pid) - before).toBeLessThan(16 * 1024 * 1024)

    stalled.channel.resume()
    await stalled.waitFor('everything or a gap', () => gapBytes(stalled) + stalled.receivedBytes === 67108865)
    expect(gapBytes(stalled)).toBeGreaterThan(60_000_000)
    await endHost(host)
  })

  test('that asked to hold the program back loses nothing; when it goes, the program goes on', async () => {
    await using home = temporaryHome()
    const host = await startHost(home, {
      argv: ['sh', '-c', 'read go; head -c 20000000 /dev/zero; echo done >&2; read stay'],
      limits: { log: 'memory', memoryBytes: 1 << 20 },
    })
    await using watcher = await HostReader.attach(host.socket, { streams: ['stderr'] })
    const slow = await HostReader.attach(host.socket, { mode: 'controller', block: true, streams: ['stdout'] }, { keep: false })
    await slow.type('go\n')
    slow.channel.pause()
    await until(
      async () => isSteady(watcher),
      TEST_BOUND_MS,
      () => 'the program to be held back',
    )
    expect((await watcher.status()).streams.stdout?.end).toBeLessThan(3_000_000)
    slow.channel.resume()
    await slow.waitFor('all of it', () => slow.receivedBytes === 20_000_000)
    expect(slow.gaps).toEqual([])
    await slow[Symbol.asyncDispose]()
    await endHost(host)

    const second = await startHost(home, { argv: ['sh', '-c', 'read go; head -c 20000000 /dev/zero; echo done >&2; read stay'] })
    await using errors = await HostReader.attach(second.socket, { streams: ['stderr'] })
    const dying = await HostReader.attach(
      second.socket,
      { mode: 'controller', block: true, streams: ['stdout'] },
      { keep: false },
    )
    await dying.type('go\n')
    dying.channel.pause()
    await until(
      async () => isSteady(errors),
      TEST_BOUND_MS,
      () => 'the program to be held back',
    )
    await dying[Symbol.asyncDispose]()
    await errors.waitForText('stderr', 'done')
    await endHost(second)
  })

  test('that the program was started for misses nothing of what it wrote before the client came', async () => {
    await using home = temporaryHome()
    const host = await startHost(home, {
      argv: ['sh', '-c', 'head -c 20000000 /dev/zero; read stay'],
      limits: { log: 'memory', memoryBytes: 1 << 20 },
      mangle: (spec) => ({ ...spec, expectsClient: true }),
    })
    await using looker = await HostReader.connect(host.socket)
    await until(
      () => isSteady(looker),
      TEST_BOUND_MS,
      () => 'the program to be held back',
    )
    await using client = await HostReader.attach(host.socket, { mode: 'controller', block: true }, { keep: false })
    await client.waitFor('all of it', () => client.receivedBytes === 20_000_000)
    expect(client.gaps).toEqual([])
    await endHost(host)
  })

  test('that begins to read only after the exit still gets every byte, the end and the exit', async () => {
    await using home = temporaryHome()
    const host = await startHost(home, { argv: ['sh', '-c', 'read go; head -c 5000000 /dev/zero; exit 9'] })
    await using reader = await HostReader.attach(host.socket, { mode: 'controller' }, { keep: false })
    await using subscriber = await HostReader.connect(host.socket)
    await subscriber.channel.request('subscribe', {})
    reader.channel.pause()
    await reader.type('go\n')
    await subscriber.waitFor('the exit', () => subscriber.events.some(({ type }) => type === 'exited'))
    reader.channel.resume()
    await reader.untilClosed()
    expect(reader.order.slice(-2)).toEqual(['exit', 'closed'])
    expect(reader.exit?.exit.code).toBe(9)
    expect(reader.gaps).toEqual([])
    expect(reader.sha256()).toBe(createHash('sha256').update(Buffer.alloc(5_000_000)).digest('hex'))
    await host.gone
  })

  async function isSteady(reader: HostReader): Promise<boolean> {
    const first = (await reader.status()).streams.stdout?.end ?? 0
    for (let look = 0; look < 20; look++) {
      if (((await reader.status()).streams.stdout?.end ?? 0) !== first) return false
      await new Promise((resolve) => setTimeout(resolve, 5))
    }
    return first > 0
  }
})
