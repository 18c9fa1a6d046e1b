/** The tees of embedded sessions: each sink through the public face, refusals that open nothing, and removal. */
import { closeSync, existsSync, openSync, readFileSync, writeFileSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { runInNewContext } from 'node:vm'
import { describe, expect, it } from 'vitest'
import type { TeePiece } from '../../src/host/tee/tee-sink.js'
import { openPipeSession, openPtySession } from '../../src/library/open-session.js'
import { until } from '../kit/bounded.js'
import { temporaryHome } from '../kit/temporary-home.js'
import { TEST_BOUND_MS } from './kit/collected.js'

const OLDEST = { from: { at: 'offset', offset: 0 } } as const

function textOf(pieces: readonly TeePiece[]): string {
  return Buffer.concat(pieces.flatMap((piece) => (piece.type === 'data' ? [piece.bytes] : []))).toString('utf8')
}

describe('a tee', () => {
  it('hands the stream to every kind of sink, to the last byte, before the session counts as ended', async () => {
    await using home = temporaryHome()
    await using session = await openPipeSession({ command: 'seq 2000; cat', env: home.env })
    const [file, command, piped] = ['file', 'command', 'descriptor'].map((name) => join(home.root, name)) as [
      string,
      string,
      string,
    ]
    const fd = openSync(piped, 'w')
    const called: TeePiece[] = []
    const ring = await session.tees.add({ kind: 'ring', capacityBytes: 16 }, OLDEST)
    const channel = await session.tees.add({ kind: 'channel', capacityBytes: 100_000 }, OLDEST)
    await session.tees.add({ kind: 'callback', callback: async (piece) => void called.push(piece) }, OLDEST)
    await session.tees.add({ kind: 'descriptor', fd }, OLDEST)
    await session.tees.add({ kind: 'file', path: file }, OLDEST)
    await session.tees.add({ kind: 'command', command: 'cat > "$OUT"', env: { ...home.env, OUT: command } }, OLDEST)
    const typed = await session.tees.add({ kind: 'ring', capacityBytes: 100 }, { stream: 'stdin' })
    expect(session.tees.list()).toHaveLength(7)
    expect(session.status().tees).toEqual(session.tees.list())

    await session.write('the tail')
    await session.endInput()
    const { tees } = await session.ended
    const whole = `${Array.from({ length: 2_000 }, (_, index) => index + 1).join('\n')}\nthe tail`
    const queued: TeePiece[] = []
    for await (const piece of channel) queued.push(piece)
    expect([textOf(queued), textOf(called), ...[piped, file, command].map((path) => readFileSync(path, 'utf8'))]).toEqual(
      Array.from({ length: 5 }, () => whole),
    )
    expect(textOf(ring.read())).toBe(whole.slice(-16))
    expect(textOf(ring.read())).toBe(whole.slice(-16))
    expect(textOf(typed.read())).toBe('the tail')
    expect(tees).toHaveLength(7)
    expect(session.tees.list().map(({ missed, problem }) => ({ missed, problem }))).toEqual(
      Array.from({ length: 7 }, () => ({ missed: 0, problem: null })),
    )
    // Still the caller's.
    expect(writeSync(fd, '.')).toBe(1)
    closeSync(fd)
  })

  it('is removed by itself, by its id, by its scope and by leaving its loop, once', async () => {
    await using home = temporaryHome()
    await using session = await openPipeSession({ argv: ['cat'], env: home.env })
    const ring = await session.tees.add({ kind: 'ring', capacityBytes: 16 })
    expect(ring.status()).toMatchObject({ id: ring.id, kind: 'ring', stream: 'stdout', connected: true })
    const [one, two] = await Promise.all([ring.remove(), ring.remove()])
    expect(one).toBe(two)
    expect(ring.status()).toMatchObject({ id: ring.id, connected: false })
    await expect(session.tees.remove(ring.id)).rejects.toMatchObject({ code: 'tee-not-found' })

    const other = await session.tees.add({ kind: 'ring', capacityBytes: 16 })
    await session.tees.remove(other.id)
    expect(await other.remove()).toMatchObject({ id: other.id })
    {
      await using _scoped = await session.tees.add({ kind: 'channel', capacityBytes: 16 })
      expect(session.tees.list()).toHaveLength(1)
    }
    expect(session.tees.list()).toEqual([])

    const channel = await session.tees.add({ kind: 'channel', capacityBytes: 16 })
    await session.write('x')
    for await (const _ of channel) break
    await until(
      () => !channel.status().connected,
      TEST_BOUND_MS,
      () => 'the end of the tee',
    )
  })

  it('that stalls, fails or is full harms nobody, and its misses are counted and marked', async () => {
    await using home = temporaryHome()
    const log = { in: 'memory', memoryBytes: 256 * 1024 } as const
    await using session = await openPipeSession({ command: 'read go; head -c 3000000 /dev/zero', env: home.env, log })
    const full = await session.tees.add({ kind: 'channel', capacityBytes: 1_000 }, { policy: 'drop-newest' })
    const thrower = await session.tees.add({
      kind: 'callback',
      callback: () => {
        throw new Error('not today')
      },
    })
    const ring = await session.tees.add({ kind: 'ring', capacityBytes: 1_000 })
    await session.write('go\n')
    expect((await session.ended).streams.stdout?.end).toBe(3_000_000)
    expect(thrower.status()).toMatchObject({ connected: false, problem: expect.stringContaining('not today') })
    expect(textOf(ring.read())).toHaveLength(1_000)
    const pieces: TeePiece[] = []
    for await (const piece of full) pieces.push(piece)
    const missing = pieces.reduce((sum, piece) => sum + (piece.type === 'missed' ? piece.to - piece.from : 0), 0)
    expect(missing).toBe(full.status().missed)
    expect(missing + textOf(pieces).length).toBe(3_000_000)
  })

  it('waits for a promise of whatever make, and ends with what it says', async () => {
    await using home = temporaryHome()
    await using session = await openPipeSession({ command: 'read go; echo one', env: home.env })
    const ofAnotherRealm = () => runInNewContext('Promise.reject(new Error("not now"))')
    const tee = await session.tees.add({ kind: 'callback', callback: ofAnotherRealm })
    await session.write('go\n')
    await session.ended
    expect(tee.status()).toMatchObject({ connected: false, missed: 4, problem: expect.stringContaining('not now') })
  })

  it('that blocks holds back a program on pipes until it was taken from', async () => {
    await using home = temporaryHome()
    const log = { in: 'memory', memoryBytes: 1024 * 1024 } as const
    await using session = await openPipeSession({ command: 'read go; head -c 5000000 /dev/zero', env: home.env, log })
    const channel = await session.tees.add({ kind: 'channel', capacityBytes: 64 * 1024 }, { policy: 'block' })
    await session.write('go\n')
    let bytes = 0
    for await (const piece of channel) if (piece.type === 'data') bytes += piece.bytes.byteLength
    expect(bytes).toBe(5_000_000)
    expect(channel.status().missed).toBe(0)
  })
})

describe('a tee that is refused', () => {
  it('opens nothing', async () => {
    await using home = temporaryHome()
    await using session = await openPtySession({ argv: ['cat'], env: home.env })
    const path = join(home.root, 'precious')
    writeFileSync(path, 'kept')
    const made = join(home.root, 'made')
    const file = { kind: 'file', path } as const
    await expect(session.tees.add(file, { policy: 'block' })).rejects.toMatchObject({ code: 'bad-request' })
    await expect(session.tees.add(file, { stream: 'stdout' })).rejects.toMatchObject({ code: 'stream-unavailable' })
    const command = { kind: 'command', command: `touch '${made}'`, env: home.env } as const
    await expect(session.tees.add(command, { stream: 'stderr' })).rejects.toMatchObject({ code: 'stream-unavailable' })
    await session.close()
    await expect(session.tees.add(file)).rejects.toMatchObject({ code: 'session-ended' })
    await expect(session.tees.add(command)).rejects.toMatchObject({ code: 'session-ended' })
    expect(readFileSync(path, 'utf8')).toBe('kept')
    expect(existsSync(made)).toBe(false)
  })

  it('says what is wrong with it', async () => {
    await using home = temporaryHome()
    await using session = await openPipeSession({ argv: ['cat'], env: home.env })
    const refused: readonly [string, unknown, unknown?][] = [
      ['kind', { kind: 'printer' }],
      ['capacityBytes', { kind: 'ring', capacityBytes: 0 }],
      ['capacityBytes', { kind: 'channel' }],
      ['callback', { kind: 'callback', callback: 1 }],
      ['fd', { kind: 'descriptor', fd: -1 }],
      ['path', { kind: 'file', path: '' }],
      ['command', { kind: 'command', command: '' }],
      ['policy', { kind: 'ring', capacityBytes: 1 }, { policy: 'wait' }],
      ['there is no option mode', { kind: 'file', path: 'x', mode: 1 }],
    ]
    for (const [says, sink, options] of refused) {
      const adding = session.tees.add(sink as never, options as never)
      await expect(adding).rejects.toMatchObject({ code: 'bad-request', message: expect.stringContaining(says) })
    }
    const folder = { kind: 'file', path: home.root } as const
    await expect(session.tees.add(folder)).rejects.toMatchObject({ code: 'tee-failed' })
    await expect(session.tees.add({ kind: 'descriptor', fd: 99_999 })).rejects.toMatchObject({ code: 'bad-request' })
    expect(session.tees.list()).toEqual([])
  })
})
