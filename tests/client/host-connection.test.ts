import { createHash, randomBytes } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import type { AttachmentEvent } from '../../src/client/attachment-events.js'
import { connectHost, type HostConnection } from '../../src/client/host-connection.js'
import type { PerchClient } from '../../src/client/perch-client.js'
import { clientOf, startScript, TEST_BOUND_MS } from '../daemon/kit/sessions.js'
import { within } from '../kit/bounded.js'
import { temporaryHome } from '../kit/temporary-home.js'

async function connectTo(client: PerchClient, id: string): Promise<HostConnection> {
  const { socket } = await client.endpoint(id)
  if (socket === null) throw new Error('the session has ended')
  return connectHost(socket)
}

function collect(events: AsyncIterable<AttachmentEvent>): Promise<AttachmentEvent[]> {
  const read = async () => {
    const all: AttachmentEvent[] = []
    for await (const event of events) all.push(event)
    return all
  }
  return within(read(), TEST_BOUND_MS, () => 'the end of the attachment')
}

function bytesOf(events: readonly AttachmentEvent[], stream: string): Buffer {
  return Buffer.concat(events.flatMap((event) => (event.type === 'data' && event.stream === stream ? [event.bytes] : [])))
}

describe('an attachment', () => {
  test('tells the bytes of each stream, then its end, then the exit, then why it is over', async () => {
    await using home = temporaryHome()
    const client = clientOf(home)
    const { id } = await startScript(client, home, 'read go; printf out; printf err >&2; exit 4')
    const host = await connectTo(client, id)
    expect(host.session).toBe(id)
    const { events } = await host.attach({ mode: 'controller', from: { at: 'live' } })
    await host.input.write(Buffer.from('go\n'))
    expect(await host.input.settled()).toBe(3)
    const all = await collect(events)
    expect(bytesOf(all, 'stdout').toString()).toBe('out')
    expect(bytesOf(all, 'stderr').toString()).toBe('err')
    const order = all.map(({ type }) => type)
    expect(order.slice(-2)).toEqual(['exit', 'closed'])
    expect(order.filter((type) => type === 'end')).toHaveLength(2)
    expect(all.at(-2)).toMatchObject({ record: { exit: { code: 4 } } })
    expect(all.at(-1)).toEqual({ type: 'closed', reason: 'ended', by: undefined })
  })

  test('that was refused can be asked for again on the same connection, to steal', async () => {
    await using home = temporaryHome()
    const client = clientOf(home)
    const { id } = await startScript(client, home, 'read go; echo over')
    const [first, second] = await Promise.all([connectTo(client, id), connectTo(client, id)])
    await first.attach({ mode: 'controller', from: { at: 'live' } })
    const refused = second.attach({ mode: 'controller', from: { at: 'live' } })
    await expect(refused).rejects.toMatchObject({ code: 'already-attached' })
    const { events } = await second.attach({ mode: 'controller', from: { at: 'live' }, steal: true })
    await second.input.write(Buffer.from('go\n'))
    expect(bytesOf(await collect(events), 'stdout').toString()).toBe('over\n')
    await expect(second.attach({ mode: 'viewer', from: { at: 'live' } })).rejects.toMatchObject({ code: 'bad-request' })
    first.close()
  })

  test('that is closed takes nothing more, from this moment on', async () => {
    await using home = temporaryHome()
    const client = clientOf(home)
    const { id } = await startScript(client, home, 'exec cat')
    const host = await connectTo(client, id)
    host.close()
    host.close()
    await expect(host.input.write(Buffer.from('x'))).rejects.toMatchObject({ code: 'host-lost' })
    await expect(host.status()).rejects.toMatchObject({ code: 'host-lost' })
    await client.killSession(id, { graceMs: 0 })
  })

  test('carries megabytes there and back without losing one', async () => {
    await using home = temporaryHome()
    const client = clientOf(home)
    const { id } = await startScript(client, home, 'exec cat')
    const host = await connectTo(client, id)
    const { events } = await host.attach({ mode: 'controller', from: { at: 'offset', offset: 0 }, block: true })
    const sent = randomBytes(5 * 1024 * 1024)
    const reading = collect(events)
    await host.input.write(sent)
    await host.input.end()
    const received = bytesOf(await reading, 'stdout')
    expect(createHash('sha256').update(received).digest('hex')).toBe(createHash('sha256').update(sent).digest('hex'))
  })

  test('on a child that does not read holds back the writer, and nothing else', async () => {
    await using home = temporaryHome()
    const client = clientOf(home)
    const { id } = await startScript(client, home, 'exec sleep 100')
    const host = await connectTo(client, id)
    const abort = new AbortController()
    const writing = host.input.write(Buffer.alloc(2 * 1024 * 1024), abort.signal)
    expect(await host.status()).toMatchObject({ state: 'running' })
    abort.abort(new Error('no longer wanted'))
    await expect(writing).rejects.toThrow('no longer wanted')
    await client.killSession(id, { graceMs: 0 })
    host.close()
  })

  test('that is stolen says by whom, one that leaves is detached, and a dead host is told as lost', async () => {
    await using home = temporaryHome()
    const client = clientOf(home)
    const { id, hostPid } = await startScript(client, home, 'exec sleep 100', { kind: 'pty' })
    const [first, second, third] = await Promise.all([connectTo(client, id), connectTo(client, id), connectTo(client, id)])
    const held = await first.attach({ mode: 'controller', from: { at: 'live' } })
    await expect(second.attach({ mode: 'controller', from: { at: 'live' } })).rejects.toMatchObject({ code: 'already-attached' })
    const thief = await third.attach({ mode: 'controller', steal: true, from: { at: 'live' } })
    expect((await collect(held.events)).at(-1)).toMatchObject({ type: 'closed', reason: 'stolen', by: thief.attached.attachment })
    const viewer = await connectTo(client, id)
    const watching = await viewer.attach({ mode: 'viewer', from: { at: 'live' } })
    viewer.close()
    expect((await collect(watching.events)).at(-1)).toMatchObject({ type: 'closed', reason: 'detached' })
    process.kill(hostPid ?? 0, 'SIGKILL')
    expect((await collect(thief.events)).at(-1)).toMatchObject({ type: 'closed', reason: 'host-lost' })
    for (const connection of [first, second, third]) connection.close()
  })
})

test('nobody at the socket is a lost host', async () => {
  await using home = temporaryHome()
  await expect(connectHost(`${home.root}/none.sock`)).rejects.toMatchObject({ code: 'host-lost' })
})
