/** Input of embedded sessions. */
import { createHash, randomBytes } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { openPipeSession, openPtySession } from '../../src/library/open-session.js'
import { temporaryHome } from '../kit/temporary-home.js'
import { collect } from './kit/collected.js'

describe('input', () => {
  it('arrives byte for byte, in the order of the writes, whatever its size', async () => {
    await using home = temporaryHome()
    await using session = await openPipeSession({ argv: ['cat'], env: home.env })
    const pieces = [randomBytes(3_000_000), Buffer.from(Array.from({ length: 256 }, (_, byte) => byte)), Buffer.alloc(0)]
    const reading = collect(session.attach({ block: true, streams: ['stdout'] }))
    const taken = await Promise.all([
      ...pieces.map((piece) => session.write(piece)),
      session.write('ünïcode'),
      session.endInput(),
    ])
    expect(taken.slice(0, 4)).toEqual([3_000_000, 256, 0, 9])
    const sent = Buffer.concat([...pieces, Buffer.from('ünïcode')])
    const digest = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex')
    expect(digest((await reading).bytes('stdout'))).toBe(digest(sent))
  })

  it('to a program that does not read ends with the abort, saying how much was taken, and blocks no kill', async () => {
    await using home = temporaryHome()
    await using session = await openPipeSession({ command: 'exec sleep 1000', env: home.env })
    const leave = new AbortController()
    const writing = session.write(new Uint8Array(10_000_000), { signal: leave.signal })
    leave.abort()
    expect(await writing).toBeLessThan(10_000_000)
    expect(await session.write('x', { signal: AbortSignal.abort() })).toBe(0)
    const stuck = session.write(new Uint8Array(10_000_000))
    const rejected = expect(stuck).rejects.toMatchObject({ code: 'stream-closed' })
    expect((await session.terminate()).exit).toMatchObject({ signal: 'SIGTERM', outcome: 'terminated' })
    await rejected
  })

  it('after its end, after the exit and of another type is a clear error', async () => {
    await using home = temporaryHome()
    await using session = await openPipeSession({ argv: ['cat'], env: home.env })
    await expect(session.write(1 as never)).rejects.toMatchObject({ code: 'bad-request' })
    await expect(session.write('x', { signl: 1 } as never)).rejects.toMatchObject({ code: 'bad-request' })
    await session.endInput()
    await session.endInput()
    await expect(session.write('x')).rejects.toMatchObject({ code: 'stream-closed' })
    await session.ended
    await expect(session.write('x')).rejects.toMatchObject({ code: 'stream-closed' })

    await using terminal = await openPtySession({ argv: ['true'], env: home.env })
    await terminal.ended
    await expect(terminal.write('x')).rejects.toMatchObject({ code: 'stream-closed' })
    await expect(terminal.endInput()).rejects.toMatchObject({ code: 'stream-closed' })
  })
})
