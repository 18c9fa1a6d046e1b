/** A thousand connections to one session, silent, half greeted, attached; and a host that has no descriptor left for another. */
import { execFileSync } from 'node:child_process'
import { readdirSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { FRAME } from '../../src/api/frames.js'
import { connectionsLimit } from '../../src/host/socket/connections-limit.js'
import { until } from '../kit/bounded.js'
import { requires, requiresPlatform } from '../kit/requirement.js'
import { type TemporaryHome, temporaryHome } from '../kit/temporary-home.js'
import { endHost, type HostProgram, startHost, TEST_BOUND_MS } from './kit/host-program.js'
import { HostReader } from './kit/host-reader.js'
import { HELLO, type RawPeer, rawFrame, rawPeer } from './kit/raw-peer.js'
import { residentBytes } from './kit/resident-memory.js'

const CROWD = 1_000
/** Of the host, for each of them, with a frame half received or a little output sent. */
const BYTES_EACH = 64 * 1024
const ATTACH = rawFrame(
  FRAME.request,
  JSON.stringify({ id: 1, method: 'attach', params: { mode: 'viewer', from: { at: 'live' } } }),
)

/** Connects so many, each of which sends these bytes first. */
async function crowd(host: HostProgram, count: number, first: (index: number) => Uint8Array, reads: boolean): Promise<RawPeer[]> {
  const peers = Array.from({ length: count }, () => rawPeer(host.socket, { reads }))
  for (const [index, { socket }] of peers.entries()) socket.write(first(index))
  await until(
    () => peers.every(({ socket }) => !socket.connecting),
    TEST_BOUND_MS,
    () => 'the crowd to be connected',
  )
  // One that the host cut off to make room, before it had read its first bytes, is reset; none is refused.
  const errors = peers.map(({ socket }): NodeJS.ErrnoException | null => socket.errored)
  expect(errors.filter((error) => error?.syscall === 'connect')).toEqual([])
  return peers
}

async function leave(peers: readonly RawPeer[]): Promise<void> {
  for (const peer of peers) await peer[Symbol.asyncDispose]()
}

async function echoes(reader: HostReader, text: string): Promise<void> {
  await reader.type(text)
  await reader.waitForText('stdout', text)
}

async function withWitness(home: TemporaryHome): Promise<{ readonly host: HostProgram; readonly witness: HostReader }> {
  const host = await startHost(home, { argv: ['cat'] })
  return { host, witness: await HostReader.attach(host.socket, { mode: 'controller' }) }
}

describe('a thousand connections', () => {
  test('that say nothing, or half a hello, cost little and are cut off', async (context) => {
    requiresPlatform(context, 'linux')
    await using home = temporaryHome()
    const { host, witness } = await withWitness(home)
    const before = residentBytes(host.pid)
    // The longest hello that is waited for, but for its last byte.
    const half = rawFrame(FRAME.hello, Buffer.alloc(16 * 1024)).subarray(0, -1)
    const peers = await crowd(host, CROWD, (index) => (index % 2 ? half : new Uint8Array()), false)
    await echoes(witness, 'in the crowd')
    expect(residentBytes(host.pid) - before).toBeLessThan(CROWD * BYTES_EACH)
    for (const peer of peers) {
      peer.socket.resume()
      await peer.closed('who says nothing')
    }
    await echoes(witness, 'alone again')
    expect(readdirSync(`/proc/${host.pid}/fd`).length).toBeLessThan(100)
    await endHost(host)
    expect(await witness.untilClosed()).toEqual({ reason: 'ended' })
    await witness[Symbol.asyncDispose]()
    expect(host.journal()).toBe('')
  })

  test('that are attached all get every byte, the exit and the reason', async (context) => {
    requiresPlatform(context, 'linux')
    await using home = temporaryHome()
    const { host, witness } = await withWitness(home)
    const before = residentBytes(host.pid)
    const peers = await crowd(host, CROWD, () => Buffer.concat([HELLO, ATTACH]), true)
    await until(
      async () => (await witness.status()).attachments.length === CROWD + 1,
      TEST_BOUND_MS,
      () => 'a thousand attachments',
    )
    await echoes(witness, 'to everybody')
    const grownBytes = residentBytes(host.pid) - before
    await witness.endInput()
    await witness.untilClosed()
    for (const peer of peers) await peer.closed('the session')
    const texts = peers.map(({ frames }) =>
      Buffer.concat(frames.filter(({ type }) => type === FRAME.data).map(({ payload }) => payload)).toString(),
    )
    expect(new Set(texts)).toEqual(new Set(['to everybody']))
    expect(new Set(peers.map(({ frames }) => frames.at(-1)?.type))).toEqual(new Set([FRAME.closed]))
    expect(grownBytes).toBeLessThan(CROWD * 3 * BYTES_EACH)
    await witness[Symbol.asyncDispose]()
    await host.gone
  })

  test('and more: those that hold nothing make room, those that are attached keep theirs', async () => {
    await using home = temporaryHome()
    const { host, witness } = await withWitness(home)
    const limit = connectionsLimit()
    const idle = await crowd(host, limit, () => HELLO, true)
    // The first of them was cut off for the last one, and one more for this one.
    await using late = await HostReader.connect(host.socket)
    expect((await late.status()).state).toBe('running')
    await idle[0]?.closed('the first of the idle ones')
    await echoes(witness, 'not me')
    await leave(idle)

    const viewers = await crowd(host, limit - 2, () => Buffer.concat([HELLO, ATTACH]), true)
    await until(
      async () => (await witness.status()).attachments.length === limit - 1,
      TEST_BOUND_MS,
      () => 'as many attachments as there can be',
    )
    await late[Symbol.asyncDispose]()
    await using last = await HostReader.attach(host.socket)
    await expect(HostReader.connect(host.socket)).rejects.toMatchObject({ code: 'host-lost' })
    await echoes(witness, 'still here')
    await last.waitForText('stdout', 'still here')
    await leave(viewers)
    await endHost(host)
    await witness[Symbol.asyncDispose]()
  })
})

describe('the limit of connections', () => {
  test('leaves the session descriptors of its own, and is never so small that nobody comes in', () => {
    expect([20_000, 1024, 300, 64].map(connectionsLimit)).toEqual([1024, 768, 44, 16])
    expect(connectionsLimit(undefined)).toBe(1024)
  })
})

test('a host without a free descriptor refuses newcomers and loses nothing', async (context) => {
  requiresPlatform(context, 'linux')
  requires(context, 'prlimit')
  await using home = temporaryHome()
  const { host, witness } = await withWitness(home)
  const used = Math.max(...readdirSync(`/proc/${host.pid}/fd`).map(Number)) + 1
  execFileSync('prlimit', ['--pid', String(host.pid), `--nofile=${used}:${used}`])
  // Some numbers below that are free.
  const taken: HostReader[] = []
  const connect = () => HostReader.connect(host.socket).then((reader) => taken.push(reader))
  await expect(Promise.all(Array.from({ length: used + 20 }, connect))).rejects.toMatchObject({ code: 'host-lost' })
  await echoes(witness, 'unharmed')
  await witness.endInput()
  await witness.untilClosed()
  expect(witness.text('stdout')).toBe('unharmed')
  expect(witness.exit?.exit).toMatchObject({ code: 0, outcome: 'exited' })
  for (const reader of [witness, ...taken]) await reader[Symbol.asyncDispose]()
  await host.gone
})
