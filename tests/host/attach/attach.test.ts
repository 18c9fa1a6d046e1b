/** Joining real sessions while they write, from wherever the client asks. */
import { describe, expect, test } from 'vitest'
import { until } from '../../kit/bounded.js'
import { temporaryHome } from '../../kit/temporary-home.js'
import { endHost, startHost, TEST_BOUND_MS } from '../kit/host-program.js'
import { HostReader } from '../kit/host-reader.js'

/** A program that writes numbered lines until its standard input ends. */
const COUNTER = `
let n = 0
const more = () => { let out = ''; for (let i = 0; i < 50; i++) out += 'line ' + n++ + '\\n'; process.stdout.write(out, () => setTimeout(more, 1)) }
process.stdin.on('end', () => process.exit(0)).resume()
more()`

function gapBytes(reader: HostReader): number {
  return reader.gaps.reduce((sum, { from, to }) => sum + to - from, 0)
}

describe('joining a session', () => {
  test('during output neither duplicates nor loses, 200 times over', async () => {
    await using home = temporaryHome()
    const host = await startHost(home, { argv: ['node', '-e', COUNTER], limits: { logBytes: 1024 * 1024 * 1024 } })
    for (let joined = 0; joined < 100; joined += 10) {
      await Promise.all(
        Array.from({ length: 10 }, async (_, at) => {
          const from = [{ at: 'live' }, { at: 'tail', lines: 20 }, { at: 'screen' }] as const
          await using reader = await HostReader.attach(host.socket, { from: from[at % 3] ?? from[0] })
          const enough = 5_000 + at * 100
          await until(
            () => reader.receivedBytes > enough,
            TEST_BOUND_MS,
            () => `${enough} bytes; came ${reader.receivedBytes}`,
          )
          const numbers = reader
            .text('stdout')
            .split('\n')
            .slice(1, -1)
            .map((line) => Number(line.slice(5)))
          expect(numbers.every((number, index) => index === 0 || number === (numbers[index - 1] ?? 0) + 1)).toBe(true)
          const start = reader.attached?.offsets.stdout ?? 0
          const seen = reader.bytes('stdout')
          await using again = await HostReader.attach(host.socket, { from: { at: 'offset', offset: start } })
          await until(
            () => again.receivedBytes >= seen.byteLength,
            TEST_BOUND_MS,
            () => 'the same bytes again',
          )
          expect(again.bytes('stdout').subarray(0, seen.byteLength).equals(seen)).toBe(true)
        }),
      )
    }
    await endHost(host)
  })

  test('states where it begins: live, an offset, so many lines, or the last screens', async () => {
    await using home = temporaryHome()
    const host = await startHost(home, { argv: ['sh', '-c', 'seq 1000; cat'] })
    await using all = await HostReader.attach(host.socket)
    await all.waitForText('stdout', '\n1000\n')
    const total = 3893

    await using live = await HostReader.attach(host.socket, { from: { at: 'live' } })
    expect(live.attached?.offsets).toEqual({ stdout: total, stderr: 0 })
    await using tail = await HostReader.attach(host.socket, { from: { at: 'tail', lines: 2 } })
    await tail.waitForText('stdout', '1000\n')
    expect(tail.text('stdout')).toBe('999\n1000\n')
    await using beyond = await HostReader.attach(host.socket, { from: { at: 'offset', offset: 1_000_000 } })
    expect(beyond.attached?.offsets.stdout).toBe(total)
    await using out = await HostReader.attach(host.socket, { streams: ['stdout'], from: { at: 'screen' } })
    expect(out.attached?.offsets).toEqual({ stdout: 0 })
    expect(out.attached?.epoch).toBe(live.attached?.epoch)
    await endHost(host)
  })

  test('a stream that the session does not have is refused clearly', async () => {
    await using home = temporaryHome()
    const host = await startHost(home, { argv: ['cat'], mergeStderr: true })
    await using reader = await HostReader.connect(host.socket)
    await expect(reader.attach({ streams: ['stderr'] })).rejects.toMatchObject({
      code: 'stream-unavailable',
      hint: expect.stringContaining('--merge-stderr'),
    })
    await expect(reader.attach({ streams: ['pty'] })).rejects.toMatchObject({ code: 'stream-unavailable' })
    await endHost(host)
  })

  test('after dropped bytes begins with a gap that counts them', async () => {
    await using home = temporaryHome()
    const host = await startHost(home, {
      argv: ['sh', '-c', 'head -c 3000000 /dev/zero; cat'],
      limits: { log: 'memory', memoryBytes: 300_000 },
    })
    await using first = await HostReader.attach(host.socket)
    await first.waitFor('all output', () => gapBytes(first) + first.receivedBytes === 3_000_000)
    await using late = await HostReader.attach(host.socket)
    await late.waitFor('the rest', () => late.receivedBytes === 300_000)
    expect(late.gaps).toEqual([{ from: 0, to: 2_700_000 }])
    expect((await late.status()).streams.stdout).toEqual({ start: 2_700_000, end: 3_000_000 })
    await endHost(host)
  })
})
