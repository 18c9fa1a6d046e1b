/** The log of an embedded session: in memory, in a folder that stays, and in one that goes. */
import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import type { StreamEvent } from '../../src/library/embedded-session.js'
import { openPipeSession } from '../../src/library/open-session.js'
import { readStoredLog } from '../../src/library/read-stored-log.js'
import { within } from '../kit/bounded.js'
import { temporaryHome } from '../kit/temporary-home.js'
import { TEST_BOUND_MS } from './kit/collected.js'

async function all(events: AsyncIterable<StreamEvent>): Promise<readonly StreamEvent[]> {
  const read = async () => {
    const found: StreamEvent[] = []
    for await (const event of events) found.push(event)
    return found
  }
  return await within(read(), TEST_BOUND_MS, () => 'the end of the reading')
}

function textOf(events: readonly StreamEvent[]): string {
  return Buffer.concat(events.flatMap((event) => (event.type === 'data' ? [event.bytes] : []))).toString('utf8')
}

const temporaryFolders = () => readdirSync(tmpdir()).filter((name) => name.startsWith('perch-session-'))

describe('reading the log', () => {
  it('stops at what there is, or follows to the end of the stream', async () => {
    await using home = temporaryHome()
    await using session = await openPipeSession({ command: 'echo one; cat', env: home.env })
    const following = session.readLog('stdout', { follow: true })
    expect((await following.next()).value).toMatchObject({ type: 'data', offset: 0 })
    const now = await all(session.readLog('stdout'))
    expect(textOf(now)).toBe('one\n')
    expect(now.at(-1)?.type).toBe('data')
    await session.write('two\n')
    await session.endInput()
    const rest = await all(following)
    expect(textOf(rest)).toBe('two\n')
    expect(rest.at(-1)).toEqual({ type: 'end', stream: 'stdout', offset: 8 })
    expect(textOf(await all(session.readLog('stdout', { from: { at: 'tail', lines: 1 } })))).toBe('two\n')
    expect(session.status().attachments).toEqual([])
  })

  it('ends with the reason of its signal, also while it waits', async () => {
    await using home = temporaryHome()
    await using session = await openPipeSession({ argv: ['cat'], env: home.env })
    const leave = new AbortController()
    const reason = new Error('enough')
    const reading = session.readLog('stdout', { follow: true, signal: leave.signal }).next()
    leave.abort(reason)
    await expect(reading).rejects.toBe(reason)
  })

  it('refuses a stream that there is not, and what it does not understand', async () => {
    await using home = temporaryHome()
    await using session = await openPipeSession({ argv: ['cat'], env: home.env })
    expect(() => session.readLog('pty')).toThrow(expect.objectContaining({ code: 'stream-unavailable' }))
    expect(() => session.readLog('stdin')).toThrow(expect.objectContaining({ code: 'stream-unavailable' }))
    expect(() => session.readLog('nothing' as never)).toThrow(expect.objectContaining({ code: 'bad-request' }))
    expect(() => session.readLog('stdout', { folow: true } as never)).toThrow(expect.objectContaining({ code: 'bad-request' }))
  })
})

describe('the log lies', () => {
  it('in memory and nowhere else, and tells what it dropped', async () => {
    await using home = temporaryHome()
    const log = { in: 'memory', memoryBytes: 256 * 1024 } as const
    await using session = await openPipeSession({ command: 'head -c 1000000 /dev/zero', env: home.env, log })
    await session.ended
    const events = await all(session.readLog('stdout'))
    expect(events[0]).toEqual({ type: 'gap', stream: 'stdout', from: 0, to: 1_000_000 - 256 * 1024 })
    expect(session.status()).toMatchObject({ logProblem: null, streams: { stdout: { start: 1_000_000 - 256 * 1024 } } })
    expect(temporaryFolders()).toEqual([])
  })

  it('in a temporary folder that holds everything, and goes with the session', async () => {
    await using home = temporaryHome()
    const session = await openPipeSession({
      command: 'seq 300000',
      env: home.env,
      log: { in: 'temporary-folder', memoryBytes: 0 },
    })
    await session.ended
    expect(temporaryFolders()).toHaveLength(1)
    expect(textOf(await all(session.readLog('stdout'))).split('\n')).toHaveLength(300_001)
    await session.close()
    expect(temporaryFolders()).toEqual([])
  })

  it('in a folder of its own, which stays and can be read by anybody later', async () => {
    await using home = temporaryHome()
    const folder = join(home.root, 'kept')
    {
      await using session = await openPipeSession({ command: 'echo one; echo two', env: home.env, log: { in: 'folder', folder } })
      await session.ended
    }
    const stored = await all(readStoredLog(folder, 'stdout'))
    expect(textOf(stored)).toBe('one\ntwo\n')
    expect(stored.at(-1)).toEqual({ type: 'end', stream: 'stdout', offset: 8 })
    expect(textOf(await all(readStoredLog(folder, 'stdout', { from: { at: 'tail', lines: 1 } })))).toBe('two\n')
    expect(await all(readStoredLog(folder, 'stderr'))).toEqual([{ type: 'end', stream: 'stderr', offset: 0 }])
    const refused = [
      readStoredLog('', 'stdout'),
      readStoredLog(folder, 'x' as never),
      readStoredLog(folder, 'stdout', { x: 1 } as never),
    ]
    for (const reading of refused) await expect(reading.next()).rejects.toMatchObject({ code: 'bad-request' })
    const reason = new Error('enough')
    await expect(readStoredLog(folder, 'stdout', { signal: AbortSignal.abort(reason) }).next()).rejects.toBe(reason)
  })

  it('never over the log of another session, and nowhere where nothing can be written', async () => {
    await using home = temporaryHome()
    const used = home.folder('used')
    mkdirSync(join(used, 'log'))
    const file = join(home.root, 'file')
    writeFileSync(file, '')
    const open = (folder: string) => openPipeSession({ argv: ['true'], env: home.env, log: { in: 'folder', folder } })
    await expect(open(used)).rejects.toMatchObject({ code: 'bad-request', message: expect.stringContaining('another session') })
    await expect(open(join(file, 'below'))).rejects.toMatchObject({ code: 'not-writable' })
    await expect(open('')).rejects.toMatchObject({ code: 'bad-request' })
  })

  it('in no folder of a session that could not be started', async () => {
    await using home = temporaryHome()
    const folder = join(home.root, 'never')
    const missing = { argv: ['no-such-program'], env: home.env }
    await expect(openPipeSession({ ...missing, log: { in: 'folder', folder } })).rejects.toMatchObject({
      code: 'program-not-found',
    })
    await expect(openPipeSession({ ...missing, log: { in: 'temporary-folder' } })).rejects.toThrow()
    expect(existsSync(folder)).toBe(false)
    expect(temporaryFolders()).toEqual([])
  })
})
