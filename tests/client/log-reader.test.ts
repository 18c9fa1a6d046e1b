import { describe, expect, test } from 'vitest'
import { readSessionLog } from '../../src/client/log-reader.js'
import type { LogEvent, LogRequest } from '../../src/client/log-request.js'
import type { PerchClient } from '../../src/client/perch-client.js'
import { clientOf, ended, startScript, TEST_BOUND_MS } from '../daemon/kit/sessions.js'
import { until, within } from '../kit/bounded.js'
import { type TemporaryHome, temporaryHome } from '../kit/temporary-home.js'

function read(client: PerchClient, id: string, request: LogRequest): Promise<LogEvent[]> {
  const all = async () => {
    const events: LogEvent[] = []
    for await (const event of readSessionLog(client, id, request)) events.push(event)
    return events
  }
  return within(all(), TEST_BOUND_MS, () => 'the end of the log')
}

function text(events: readonly LogEvent[], stream = 'stdout'): string {
  const bytes = events.flatMap((event) => (event.type === 'data' && event.stream === stream ? [event.bytes] : []))
  return Buffer.concat(bytes).toString()
}

async function startWaiting(client: PerchClient, home: TemporaryHome): Promise<string> {
  const { id } = await startScript(client, home, 'echo one; echo two; echo complaint >&2; read line; echo "three $line"; exit 6')
  const written = async () => {
    const { streams } = (await client.showSession(id)).session
    return streams.stdout?.end === 8 && streams.stderr?.end === 10
  }
  await until(written, TEST_BOUND_MS, () => 'the first lines')
  return id
}

async function send(client: PerchClient, id: string, line: string): Promise<void> {
  const { connectHost } = await import('../../src/client/host-connection.js')
  const { socket } = await client.endpoint(id)
  const host = await connectHost(socket ?? '')
  await host.input.write(Buffer.from(line))
  await host.input.settled()
  host.close()
}

describe('the log of a session', () => {
  test('that runs, read without following, is what it wrote so far', async () => {
    await using home = temporaryHome()
    const client = clientOf(home)
    const id = await startWaiting(client, home)
    const events = await read(client, id, { from: { at: 'offset', offset: 0 }, follow: false })
    expect([text(events), text(events, 'stderr')]).toEqual(['one\ntwo\n', 'complaint\n'])
    expect(events.some(({ type }) => type === 'end' || type === 'exit')).toBe(false)
    const tail = await read(client, id, { stream: 'stdout', from: { at: 'tail', lines: 1 }, follow: false })
    expect(tail).toMatchObject([{ type: 'data', stream: 'stdout', offset: 4 }])
    expect(text(tail)).toBe('two\n')
    expect(await read(client, id, { from: { at: 'live' }, follow: false })).toEqual([])
  })

  test('followed to its end has every byte, the ends, and the exit', async () => {
    await using home = temporaryHome()
    const client = clientOf(home)
    const id = await startWaiting(client, home)
    const following = read(client, id, { from: { at: 'offset', offset: 0 }, follow: true })
    await send(client, id, 'go\n')
    const events = await following
    expect([text(events), text(events, 'stderr')]).toEqual(['one\ntwo\nthree go\n', 'complaint\n'])
    expect(events.slice(-1)).toMatchObject([{ type: 'exit', record: { exit: { code: 6 } } }])
    expect(events.filter(({ type }) => type === 'end')).toHaveLength(2)
  })

  test('that has ended reads the same, followed or not, by name or by id', async () => {
    await using home = temporaryHome()
    const client = clientOf(home)
    const { id } = await startScript(client, home, 'echo one; echo two; echo complaint >&2; exit 6', { name: 'done' })
    await ended(client, id)
    for (const follow of [false, true]) {
      const events = await read(client, 'done', { from: { at: 'offset', offset: 0 }, follow })
      expect([text(events), text(events, 'stderr')]).toEqual(['one\ntwo\n', 'complaint\n'])
      expect(events.map(({ type }) => type)).toEqual(['data', 'end', 'data', 'end', 'exit'])
    }
    expect(text(await read(client, id, { stream: 'stdout', from: { at: 'tail', lines: 1 }, follow: false }))).toBe('two\n')
    expect(text(await read(client, id, { stream: 'stdout', from: { at: 'offset', offset: 2 }, follow: false }))).toBe('e\ntwo\n')
    expect(text(await read(client, id, { from: { at: 'live' }, follow: true }))).toBe('')
    await expect(read(client, id, { stream: 'pty', from: { at: 'live' }, follow: false })).rejects.toMatchObject({
      code: 'stream-unavailable',
    })
  })

  test('whose host is killed while it is followed is still read to the end, without a byte twice', async () => {
    await using home = temporaryHome()
    const client = clientOf(home)
    const { id, hostPid } = await startScript(client, home, 'yes 0123456789 | head -c 3000000; exec sleep 100')
    const events: LogEvent[] = []
    const following = async () => {
      let killed = false
      for await (const event of readSessionLog(client, id, { from: { at: 'offset', offset: 0 }, follow: true })) {
        events.push(event)
        if (!killed && event.type === 'data' && event.offset > 500_000) {
          killed = true
          process.kill(hostPid ?? 0, 'SIGKILL')
        }
      }
    }
    await within(following(), TEST_BOUND_MS, () => 'the end of the log')
    let next = 0
    for (const event of events) {
      if (event.type !== 'data' || event.stream !== 'stdout') continue
      expect(event.offset).toBe(next)
      next += event.bytes.byteLength
    }
    const { session } = await client.showSession(id)
    expect(session.state).toBe('lost')
    expect(next).toBe(session.streams.stdout?.end)
    expect(text(events)).toBe('0123456789\n'.repeat(Math.ceil(next / 11)).slice(0, next))
    expect(events.at(-1)).toMatchObject({ type: 'exit', record: { exit: { outcome: 'lost' } } })
  })

  test('stops when it is aborted', async () => {
    await using home = temporaryHome()
    const client = clientOf(home)
    const id = await startWaiting(client, home)
    const abort = new AbortController()
    const following = read(client, id, { from: { at: 'live' }, follow: true, signal: abort.signal })
    const attached = async () => (await client.showSession(id)).session.attachments.length === 1
    await until(attached, TEST_BOUND_MS, () => 'the reader to be attached')
    abort.abort(new Error('enough'))
    await expect(following).rejects.toThrow('enough')
  })

  test('stops when it is aborted, however far it has come', async () => {
    await using home = temporaryHome()
    const client = clientOf(home)
    const id = await startWaiting(client, home)
    for (let turns = 0; turns < 30; turns += 2) {
      const abort = new AbortController()
      const reason = new Error('enough')
      const following = read(client, id, { from: { at: 'live' }, follow: true, signal: abort.signal })
      following.catch(() => undefined)
      for (let turn = 0; turn < turns; turn++) await new Promise((resolve) => setImmediate(resolve))
      abort.abort(reason)
      await expect(following).rejects.toBe(reason)
    }
    await send(client, id, 'go\n')
  })
})
