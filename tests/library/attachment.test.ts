/** Attachments inside this process: the same promises as over a session's socket. */
import { describe, expect, it } from 'vitest'
import { openPipeSession, openPtySession } from '../../src/library/open-session.js'
import { within } from '../kit/bounded.js'
import { temporaryHome } from '../kit/temporary-home.js'
import { collect, readUntil, TEST_BOUND_MS } from './kit/collected.js'

describe('attachments', () => {
  it('read apart from one another, each from where it asked', async () => {
    await using home = temporaryHome()
    await using session = await openPipeSession({ command: 'seq 1000; cat', env: home.env })
    const all = session.attach({ streams: ['stdout'] })
    await readUntil(all, '\n1000\n')
    const tail = session.attach({ streams: ['stdout'], from: { at: 'tail', lines: 2 } })
    const live = session.attach({ streams: ['stdout'], from: { at: 'live' } })
    const resumed = session.attach({ streams: ['stdout'], from: { at: 'offset', offset: 3_889 } })
    expect(live.offsets).toEqual({ stdout: 3_893 })
    expect(session.status().attachments).toHaveLength(4)
    await session.write('more\n')
    await session.endInput()
    expect((await collect(tail)).text('stdout')).toBe('999\n1000\nmore\n')
    expect((await collect(live)).text('stdout')).toBe('more\n')
    expect((await collect(resumed)).text('stdout')).toBe('000\nmore\n'.slice(-9))
    expect((await collect(all)).text('stdout')).toBe('more\n')
    expect(session.status().attachments).toEqual([])
  })

  it('that come during output neither duplicate nor lose', async () => {
    await using home = temporaryHome()
    await using session = await openPipeSession({ command: 'seq 200000', env: home.env, log: { in: 'temporary-folder' } })
    const first = session.attach({ block: true, streams: ['stdout'] })
    const joined = []
    for (let read = 0; read < 300_000; ) {
      const { value } = await first.next()
      if (value?.type === 'data') read += value.bytes.byteLength
      if (joined.length < 20) joined.push(session.attach({ streams: ['stdout'], from: { at: 'offset', offset: read } }))
    }
    // It holds the program back, and reads no more.
    first.detach()
    const whole = Array.from({ length: 200_000 }, (_, index) => `${index + 1}\n`).join('')
    for (const attachment of joined) {
      const { stdout = -1 } = attachment.offsets
      expect((await collect(attachment)).text('stdout')).toBe(whole.slice(stdout))
    }
  })

  it('to an ended session get its log, the exit, and the end', async () => {
    await using home = temporaryHome()
    await using session = await openPipeSession({ command: 'echo done', env: home.env })
    await session.ended
    const [one, two] = await Promise.all([collect(session.attach()), collect(session.attach({ streams: ['stdout'] }))])
    expect(one.text('stdout')).toBe('done\n')
    expect(two.order).toEqual(['data stdout', 'end stdout', 'exit', 'closed'])
  })

  it('let one control: the next is refused, steals, or watches', async () => {
    await using home = temporaryHome()
    await using session = await openPtySession({ command: 'stty -echo; cat', env: home.env })
    const first = session.attach({ mode: 'controller' })
    expect(() => session.attach({ mode: 'controller' })).toThrow(expect.objectContaining({ code: 'already-attached' }))
    const viewer = session.attach()
    const thief = session.attach({ mode: 'controller', steal: true })
    expect((await collect(first)).closed).toEqual({ type: 'closed', reason: 'stolen', by: thief.id })
    await expect(first.write('x')).rejects.toMatchObject({ code: 'stolen' })
    await expect(viewer.write('x')).rejects.toMatchObject({ code: 'bad-request' })
    expect(() => viewer.resize({ cols: 80, rows: 25 })).toThrow(expect.objectContaining({ code: 'bad-request' }))
    await thief.write('from the thief\n')
    await readUntil(viewer, 'from the thief', 'pty')
    await session.close()
    expect((await collect(thief)).closed).toMatchObject({ reason: 'ended' })
  })

  it('leave out at their end what the program has not taken of their input', async () => {
    await using home = temporaryHome()
    await using session = await openPipeSession({ command: 'exec sleep 1000', env: home.env })
    const first = session.attach({ mode: 'controller' })
    const typed = first.write(new Uint8Array(10_000_000))
    const thief = session.attach({ mode: 'controller', steal: true })
    expect(await typed).toBeLessThan(10_000_000)
    const left = thief.write(new Uint8Array(10_000_000), { signal: new AbortController().signal })
    thief.detach()
    expect(await left).toBeLessThan(10_000_000)
  })

  it('are detached by leaving the loop, by detach, and by their scope, and by nothing twice', async () => {
    await using home = temporaryHome()
    await using session = await openPipeSession({ command: 'echo hello; cat', env: home.env })
    for await (const event of session.attach()) if (event.type === 'data') break
    expect(session.status().attachments).toEqual([])
    {
      await using scoped = session.attach()
      expect(session.status().attachments).toMatchObject([{ id: scoped.id, mode: 'viewer' }])
    }
    expect(session.status().attachments).toEqual([])
    const attachment = session.attach()
    attachment.detach()
    attachment.detach()
    const read = await collect(attachment)
    expect(read.text('stdout')).toBe('hello\n')
    expect(read.closed).toMatchObject({ reason: 'detached' })
    await expect(attachment.write('x')).rejects.toMatchObject({ code: 'stream-closed' })
  })

  it('end with the reason of their signal, also while they wait', async () => {
    await using home = temporaryHome()
    await using session = await openPipeSession({ argv: ['cat'], env: home.env })
    const leave = new AbortController()
    const attachment = session.attach({ signal: leave.signal })
    const next = attachment.next()
    const reason = new Error('enough')
    leave.abort(reason)
    await expect(next).rejects.toBe(reason)
    expect(await attachment.next()).toEqual({ done: true, value: undefined })
    expect(session.status().attachments).toEqual([])
    expect(() => session.attach({ signal: AbortSignal.abort(reason) })).toThrow(reason)
  })

  it('share one signal, however many they are, without a warning of a leak', async () => {
    await using home = temporaryHome()
    const leave = new AbortController()
    const { signal } = leave
    const warnings: Error[] = []
    const note = (warning: Error) => void warnings.push(warning)
    process.on('warning', note)
    try {
      await using session = await openPipeSession({ command: 'exec sleep 1000', env: home.env, signal })
      const waiting = [
        ...Array.from({ length: 20 }, () => session.attach({ signal }).next()),
        ...Array.from({ length: 20 }, () => session.readLog('stdout', { follow: true, signal }).next()),
      ]
      const reason = new Error('enough')
      leave.abort(reason)
      for (const { status, ...rest } of await Promise.allSettled(waiting))
        expect({ status, ...rest }).toEqual({ status: 'rejected', reason })
      expect((await session.ended).exit.outcome).toBe('terminated')
    } finally {
      process.off('warning', note)
    }
    expect(warnings).toEqual([])
  })

  it('refuse what they do not understand', async () => {
    await using home = temporaryHome()
    await using session = await openPipeSession({ argv: ['cat'], env: home.env })
    const refused = [
      { mode: 'owner' },
      { from: { at: 'start' } },
      { streams: ['video'] },
      { from: { at: 'offset', offset: -1 } },
      { x: 1 },
    ]
    for (const options of refused) {
      expect(() => session.attach(options as never)).toThrow(expect.objectContaining({ code: 'bad-request' }))
    }
    expect(() => session.attach({ streams: ['pty'] })).toThrow(expect.objectContaining({ code: 'stream-unavailable' }))
    expect(session.status().attachments).toEqual([])
  })
})

describe('a reader that stalls', () => {
  it('gets one gap for what memory has dropped, and costs nobody else a byte', async () => {
    await using home = temporaryHome()
    const bytes = 8 * 1024 * 1024
    const log = { in: 'memory', memoryBytes: 256 * 1024 } as const
    await using session = await openPipeSession({ command: `head -c ${bytes} /dev/zero; echo end`, env: home.env, log })
    const stalled = session.attach({ streams: ['stdout'] })
    const first = await stalled.next()
    expect(first.value).toMatchObject({ type: 'data', offset: 0 })
    await session.ended
    const rest = await collect(stalled)
    const gaps = rest.events.filter((event) => event.type === 'gap')
    expect(gaps).toHaveLength(1)
    const missing = gaps.reduce((sum, { from, to }) => sum + to - from, 0)
    const head = first.value?.type === 'data' ? first.value.bytes.byteLength : 0
    expect(head + missing + rest.bytes('stdout').byteLength).toBe(bytes + 4)
    expect(rest.text('stdout').endsWith('end\n')).toBe(true)
  })

  it('holds back a program on pipes when it asked for that, until it leaves', async () => {
    await using home = temporaryHome()
    const log = { in: 'memory', memoryBytes: 1024 * 1024 } as const
    await using session = await openPipeSession({ command: 'head -c 8000000 /dev/zero', env: home.env, log })
    const blocking = session.attach({ block: true })
    await blocking.next()
    expect(session.status().exit).toBeNull()
    blocking.detach()
    const { exit, streams } = await within(session.ended, TEST_BOUND_MS, () => 'the end of the program')
    expect(exit.code).toBe(0)
    expect(streams.stdout?.end).toBe(8_000_000)
  })
})
