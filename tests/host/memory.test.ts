/**
 * What a session's host takes at most, whatever its readers do: the memory that was configured for each stream, two frames
 * for each client, and 8 MiB for everything else (the bar of the measured failures: an earlier tool took 518 MB).
 */
import { describe, expect, test } from 'vitest'
import { until } from '../kit/bounded.js'
import { requiresPlatform } from '../kit/requirement.js'
import { temporaryHome } from '../kit/temporary-home.js'
import { endHost, type HostOptions, type HostProgram, startHost, TEST_BOUND_MS } from './kit/host-program.js'
import { HostReader } from './kit/host-reader.js'
import { ownBytes } from './kit/resident-memory.js'

const MIB = 1024 * 1024
const FLOOD_BYTES = 64 * MIB
/** Beyond what was asked for: code that is compiled as it gets busy, garbage that is not collected yet. */
const SLACK_BYTES = 8 * MIB
/** Two frames of 64 KiB. */
const CLIENT_BYTES = 128 * 1024

interface Case {
  readonly what: string
  readonly stalled: number
  readonly host: Omit<HostOptions, 'argv'>
}

/** The thread that keeps the screen of a terminal, with its lines. */
const SCREEN_BYTES = 24 * MIB

const CASES: readonly Case[] = [
  { what: 'pipes, a client that never reads', stalled: 1, host: { kind: 'pipe' } },
  { what: 'a terminal, a client that never reads', stalled: 1, host: { kind: 'pty' } },
  { what: 'fifty clients that never read', stalled: 50, host: { kind: 'pipe' } },
  { what: 'a log in memory', stalled: 1, host: { limits: { log: 'memory' } } },
  {
    what: 'odd pieces of memory and disk',
    stalled: 1,
    host: { limits: { memoryBytes: 300_001, logBytes: 1_000_001 } },
  },
  { what: 'no disk and the least memory', stalled: 1, host: { limits: { memoryBytes: 1, logBytes: 0 } } },
  { what: 'much memory, nobody attached', stalled: 0, host: { limits: { memoryBytes: 16 * MIB + 1 } } },
]

describe('64 MiB of output cost the host no more than its caps', () => {
  test.for(CASES)('with $what', { timeout: 60_000 }, async ({ stalled: count, host: options }, context) => {
    requiresPlatform(context, 'linux')
    await using home = temporaryHome()
    const stream = options.kind === 'pty' ? 'pty' : 'stdout'
    const host = await startHost(home, {
      ...options,
      argv: [
        'sh',
        '-c',
        `${options.kind === 'pty' ? 'stty raw -echo; ' : ''}echo; read go; head -c ${FLOOD_BYTES} /dev/zero; read stay`,
      ],
    })
    await using witness = await HostReader.attach(host.socket, { mode: 'controller' })
    await witness.waitForText(stream, '\n')
    await witness.channel.request('detach', {})
    const stalled = await stalledReaders(host, count)
    const before = ownBytes(host.pid)
    await witness.type('go\n')
    await untilWritten(witness, stream)
    const memoryBytes = Math.max(256 * 1024, options.limits?.memoryBytes ?? MIB)
    const grown = ownBytes(host.pid) - before
    for (const reader of stalled) await reader[Symbol.asyncDispose]()
    await endHost(host)
    const screenBytes = options.kind === 'pty' ? SCREEN_BYTES : 0
    expect(grown).toBeLessThan(memoryBytes + count * CLIENT_BYTES + screenBytes + SLACK_BYTES)
  })
})

async function stalledReaders(host: HostProgram, count: number): Promise<readonly HostReader[]> {
  const readers = []
  for (let made = 0; made < count; made++) {
    const reader = await HostReader.attach(host.socket, {}, { keep: false })
    reader.channel.pause()
    readers.push(reader)
  }
  return readers
}

function untilWritten(witness: HostReader, stream: string): Promise<unknown> {
  return until(
    async () => ((await witness.status()).streams[stream]?.end ?? 0) >= FLOOD_BYTES,
    TEST_BOUND_MS,
    () => 'the end of the output',
  )
}
