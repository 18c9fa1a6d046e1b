import { createHash, randomBytes } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { within } from '../../kit/bounded.js'
import { temporaryHome } from '../../kit/temporary-home.js'
import { BOUND_MS, watchPipes } from '../watched-child.js'

const MEBIBYTE = 1024 * 1024

describe('the input of a child on pipes', () => {
  it('arrives whole, and its end is seen', async () => {
    await using home = temporaryHome()
    const bytes = randomBytes(8 * MEBIBYTE)
    await using watched = await watchPipes(home, ['sha256sum'])
    expect(await watched.child.write(bytes)).toBe(bytes.byteLength)
    await watched.child.endInput()
    await watched.finished()
    expect(watched.text()).toContain(createHash('sha256').update(bytes).digest('hex'))
  })

  it('ends also for a child that opens /dev/stdin only after the end', async () => {
    await using home = temporaryHome()
    await using watched = await watchPipes(home, ['sh', '-c', 'cat; cat /dev/stdin; echo over'])
    await watched.type('once ')
    await watched.child.endInput()
    expect(await watched.finished()).toEqual({ code: 0, signal: null })
    expect(watched.text()).toBe('once over\n')
  })

  it('ends after the writes before it, and takes no more', async () => {
    await using home = temporaryHome()
    await using watched = await watchPipes(home, ['cat'])
    const first = watched.type('a'.repeat(MEBIBYTE))
    const end = watched.child.endInput()
    await expect(watched.type('late')).rejects.toMatchObject({ code: 'stream-closed' })
    expect(await first).toBe(MEBIBYTE)
    await end
    await watched.child.endInput()
    await watched.finished()
    expect(watched.output().byteLength).toBe(MEBIBYTE)
  })

  it('says that nobody reads it any more', async () => {
    await using home = temporaryHome()
    await using watched = await watchPipes(home, ['sh', '-c', 'exec <&-; echo closed; exec sleep 1000'])
    await watched.saw('closed')
    await expect(watched.type('x')).rejects.toMatchObject({ code: 'stream-closed' })
    process.kill(watched.child.pid, 'SIGKILL')
    expect(await watched.finished()).toEqual({ code: null, signal: 'SIGKILL' })
  })

  it('blocks only its own write when the child never reads, and can be given up', async () => {
    await using home = temporaryHome()
    await using watched = await watchPipes(home, ['sh', '-c', 'echo ready; exec sleep 1000'])
    await watched.saw('ready')
    const abort = new AbortController()
    const paste = watched.child.write(Buffer.alloc(MEBIBYTE), abort.signal)
    for (let turn = 0; turn < 100; turn += 1) await new Promise((resolve) => setImmediate(resolve))
    abort.abort()
    expect(await within(paste, BOUND_MS, () => 'the aborted write')).toBe(65_536)
    expect(await watched.child.write(Buffer.from('x'), AbortSignal.abort())).toBe(0)
    const blocked = watched.type('x').catch((error: unknown) => error)
    process.kill(watched.child.pid, 'SIGTERM')
    expect(await watched.finished()).toEqual({ code: null, signal: 'SIGTERM' })
    expect(await within(blocked, BOUND_MS, () => 'the end of the blocked write')).toMatchObject({ code: 'stream-closed' })
  })
})
