/** A host of wire version 1, byte for byte as it was recorded, with the client of today. */
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { FrameDecoder } from '../../src/api/frame-decoder.js'
import { decodeJsonPayload, FRAME, type Frame } from '../../src/api/frames.js'
import type { AttachmentEvent } from '../../src/client/attachment-events.js'
import { connectHost } from '../../src/client/host-connection.js'
import { within } from '../kit/bounded.js'
import { type RecordedConversation, recordedConversation } from '../kit/wire-1.js'

const BOUND_MS = 10_000

interface ReplayedHost extends AsyncDisposable {
  readonly socketPath: string
  /** Where the client said something else than was recorded. */
  readonly surprises: readonly string[]
}

/** Listens as the recorded host did: after each thing that the client says come the bytes that followed it then. */
async function replayHost(conversation: RecordedConversation): Promise<ReplayedHost> {
  const folder = mkdtempSync(join(tmpdir(), 'old'))
  const socketPath = join(folder, 's')
  const surprises: string[] = []
  const sockets = new Set<Socket>()
  const server = createServer((socket) => {
    sockets.add(socket)
    socket.on('error', () => undefined)
    const decoder = new FrameDecoder()
    let at = 0
    const hear = (frame: Frame) => {
      const expected = conversation.frames[at]
      if (expected?.from !== 'client' || gist(frame) !== gist(expected.frame)) {
        surprises.push(`${gist(frame)} instead of ${expected ? gist(expected.frame) : 'nothing'}`)
        return
      }
      for (at += 1; conversation.frames[at]?.from === 'host'; at++) socket.write(conversation.frames[at]?.bytes ?? '')
    }
    socket.on('data', (chunk) => decoder.push(chunk, hear))
  })
  await new Promise<void>((resolve) => server.listen(socketPath, resolve))
  return {
    socketPath,
    surprises,
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy()
      await new Promise((resolve) => server.close(resolve))
      rmSync(folder, { recursive: true })
    },
  }
}

/** What the host of then would have acted on. */
function gist({ type, payload }: Frame): string {
  if (type === FRAME.request) {
    const { id, method } = decodeJsonPayload({ type, stream: 0, payload }) as { id: number; method: string }
    return `request ${id} ${method}`
  }
  return type === FRAME.input ? `input ${Buffer.from(payload).toString()}` : `frame ${type}`
}

async function collect(events: AsyncIterable<AttachmentEvent>): Promise<AttachmentEvent[]> {
  const all: AttachmentEvent[] = []
  const reading = (async () => {
    for await (const event of events) all.push(event)
    return all
  })()
  return await within(reading, BOUND_MS, () => `the end of the attachment; came: ${JSON.stringify(all)}`)
}

function text(events: readonly AttachmentEvent[], stream: string): string {
  return events
    .map((event) => (event.type === 'data' && event.stream === stream ? Buffer.from(event.bytes).toString() : ''))
    .join('')
}

test('a session of pipes is followed to its exit', async () => {
  await using host = await replayHost(recordedConversation('pipe'))
  const connection = await connectHost(host.socketPath)
  await connection.request('subscribe', {})
  expect(await connection.status()).toMatchObject({
    state: 'running',
    attachments: [],
    streams: { stdout: { start: 0, end: 0 } },
  })
  const { attached, events } = await connection.attach({ mode: 'controller', from: { at: 'offset', offset: 0 } })
  expect(attached).toMatchObject({ attachment: 'a1', offsets: { stdout: 0, stderr: 0 } })
  await connection.input.write(Buffer.from('go\n'))
  await connection.input.write(Buffer.from('typed\n'))
  await connection.input.end()
  const all = await collect(events)
  expect([text(all, 'stdout'), text(all, 'stderr')]).toEqual(['out\ntyped\n', 'err\n'])
  expect(all.slice(-2)).toMatchObject([
    { type: 'exit', record: { exit: { code: 7, outcome: 'exited' } } },
    { type: 'closed', reason: 'ended' },
  ])
  expect(await connection.input.settled()).toBe(9)
  connection.close()
  expect(host.surprises).toEqual([])
})

test('a terminal is resized, signalled and ended', async () => {
  await using host = await replayHost(recordedConversation('terminal'))
  const connection = await connectHost(host.socketPath)
  const { events } = await connection.attach({ mode: 'controller', from: { at: 'screen' }, size: { cols: 100, rows: 30 } })
  await connection.resize({ cols: 90, rows: 20 })
  await connection.input.write(Buffer.from('it\n'))
  await connection.signal('SIGINT')
  await connection.request('terminate', { graceMs: 5000 })
  const all = await collect(events)
  expect(text(all, 'pty')).toBe('it\r\ngot it\r\ninterrupted\r\n')
  expect(all.filter(({ type }) => type === 'size')).toMatchObject([
    { size: { cols: 100, rows: 30 } },
    { size: { cols: 90, rows: 20 } },
  ])
  expect(all.slice(-2)).toMatchObject([{ type: 'exit', record: { exit: { signal: 'SIGHUP' } } }, { type: 'closed' }])
  connection.close()
  expect(host.surprises).toEqual([])
})

test('refusals keep their codes', async () => {
  await using host = await replayHost(recordedConversation('refusals'))
  const connection = await connectHost(host.socketPath)
  // @ts-expect-error a method of another version
  await expect(connection.request('levitate', {})).rejects.toMatchObject({ code: 'bad-request' })
  await expect(connection.resize({ cols: 80, rows: 24 })).rejects.toMatchObject({ code: 'no-terminal' })
  await expect(connection.resize({ cols: 0, rows: 24 })).rejects.toMatchObject({ code: 'bad-request' })
  await expect(connection.signal('SIGNOT')).rejects.toMatchObject({ code: 'bad-signal' })
  await expect(connection.request('detach', {})).rejects.toMatchObject({ code: 'attachment-not-found' })
  connection.close()
  expect(host.surprises).toEqual([])
})

test('a gap is told with its bounds, and the loss of the host after it', async () => {
  const conversation = recordedConversation('gap')
  await using host = await replayHost(conversation)
  const connection = await connectHost(host.socketPath)
  const request = connection.request
  await request('attach', { mode: 'viewer', streams: ['stderr'], from: { at: 'offset', offset: 0 } })
  await request('detach', {})
  const { events } = await connection.attach({ mode: 'controller', streams: ['stdout'], from: { at: 'offset', offset: 0 } })
  const first = await within(events.next(), BOUND_MS, () => 'the gap')
  expect(first.value).toEqual({ type: 'gap', stream: 'stdout', from: 0, to: 137_856 })
  connection.close()
  expect(host.surprises).toEqual([])
})
