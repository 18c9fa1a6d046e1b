/** The receiver of telemetry, asked over its port: by the agent, and by whoever else finds it. */

import { spawnSync } from 'node:child_process'
import { connect } from 'node:net'
import { gzipSync } from 'node:zlib'
import { afterEach, expect, test, vi } from 'vitest'
import { ExportReceiver } from '../../../src/host/signals/export-receiver.js'

const TOKEN = 'the token of this session'
const ALLOWED = `host: localhost\r\nauthorization: Bearer ${TOKEN}\r\ncontent-type: application/json\r\n`

afterEach(() => void vi.useRealTimers())

test('an export of log records is taken, packed or not, and answered', async () => {
  await using it = await openReceiver()
  const body = JSON.stringify({ resourceLogs: ['wanted'] })

  expect(await it.post('/v1/logs', body)).toBe(200)
  expect(await it.post('/v1/logs', gzipSync(body), { 'content-encoding': 'gzip' })).toBe(200)
  expect(it.taken).toEqual([{ resourceLogs: ['wanted'] }, { resourceLogs: ['wanted'] }])
})

test('what is not wanted is taken and dropped', async () => {
  await using it = await openReceiver()

  expect(await it.post('/v1/logs', '{"other":1}')).toBe(200)
  expect(await it.post('/v1/traces', '"wanted"')).toBe(200)

  expect(await it.post('/v1/metrics', '{}')).toBe(200)
  expect(await it.post('/v1/traces', '{}')).toBe(200)
  expect(it.taken).toEqual([])
})

test.each([
  ['no token', 401, {}, { authorization: '' }],
  ['another token', 401, {}, { authorization: `Bearer ${TOKEN.replace('t', 'T')}` }],
  ['a longer token', 401, {}, { authorization: `Bearer ${TOKEN}.` }],
  ['another path', 404, { path: '/' }, {}],
  ['another method', 405, { method: 'PUT' }, {}],
  ['another encoding', 415, {}, { 'content-type': 'application/x-protobuf' }],
  ['no JSON', 400, { body: '{wanted' }, {}],
  ['what only says it is packed', 400, { body: 'abc' }, { 'content-encoding': 'gzip' }],
  ['more than an export ever is', 413, { body: 'x'.repeat(5 * 1024 * 1024) }, {}],
  ['more than that, packed', 413, { body: gzipSync('x'.repeat(50 * 1024 * 1024)) }, { 'content-encoding': 'gzip' }],
] as const)(
  '%s is refused with %d, and the next export is taken',
  async (_, status, { path = '/v1/logs', body = '{}', method = 'POST' }: Request, headers) => {
    await using it = await openReceiver()

    expect(await it.post(path, body, headers, method)).toBe(status)
    expect(it.taken).toEqual([])
    expect(await it.post('/v1/logs', '{}')).toBe(200)
  },
)

test('an export that cannot be written down is to come again', async () => {
  const problem = new Error('the disk is full')
  await using it = await openReceiver(() => {
    throw problem
  })

  expect(await it.post('/v1/logs', '"wanted"')).toBe(503)
  expect(it.problems).toEqual([problem])
})

test('what a program has sent at last is taken after it is gone', async () => {
  await using it = await openReceiver()
  const head = `POST /v1/logs HTTP/1.1\r\nhost: a\r\nauthorization: Bearer ${TOKEN}\r\ncontent-type: application/json\r\n`
  // Connects, sends and is gone before this process comes to its loop again.
  const request = `${head}content-length: 8\r\n\r\n"wanted"`
  const script = 'const [port, text] = process.argv.slice(1); require("net").connect(+port, "127.0.0.1").end(text).unref()'
  expect(spawnSync(process.execPath, ['-e', script, new URL(it.url).port, request]).status).toBe(0)
  await it.drained()

  expect(it.taken).toEqual(['wanted'])
})

test('a connection that nobody closes is not waited for', async () => {
  await using it = await openReceiver()
  const socket = connect(Number(new URL(it.url).port), '127.0.0.1')
  await new Promise<void>((resolve) => socket.once('connect', resolve))
  await it.drained()
  socket.destroy()
})

test('what is no HTTP, and who goes in the middle of it, harms nobody', async () => {
  await using it = await openReceiver()
  const { port } = new URL(it.url)
  for (const text of [
    '\0\xff\r\n\r\n',
    `POST /v1/logs HTTP/1.1\r\nauthorization: Bearer ${TOKEN}\r\ncontent-length: 100\r\n\r\n{`,
  ]) {
    const socket = connect(Number(port), '127.0.0.1')
    await new Promise<void>((resolve) => socket.once('connect', resolve))
    socket.on('error', () => undefined)
    await new Promise<void>((resolve) => socket.write(text, 'latin1', () => resolve()))
    socket.destroy()
  }

  expect(await it.post('/v1/logs', '"wanted"')).toBe(200)
  expect(it.taken).toEqual(['wanted'])
})

test.each([
  ['says nothing', ''],
  ['never comes to the end of a line', 'POST /v1/logs HTTP/1.1\r\nx: '],
  ['never comes to the end of an export', `POST /v1/logs HTTP/1.1\r\n${ALLOWED}content-length: 9\r\n\r\n{`],
])('who connects and %s is let go after ten seconds, and holds up nobody until then', async (_, text) => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
  await using it = await openReceiver()
  const socket = connect(Number(new URL(it.url).port), '127.0.0.1')
  const closed = new Promise((resolve) => socket.once('close', resolve))
  socket.on('error', () => undefined).resume()
  await new Promise<void>((resolve) => socket.write(text, () => resolve()))
  expect(await it.post('/v1/logs', '"wanted"')).toBe(200)

  vi.advanceTimersByTime(10_000)
  await closed
  expect(it.taken).toEqual(['wanted'])
})

interface Request {
  readonly path?: string
  readonly body?: string | Buffer
  readonly method?: string
}

async function openReceiver(onExport?: (body: unknown) => void) {
  const taken: unknown[] = []
  const problems: unknown[] = []
  const receiver = await ExportReceiver.open({
    token: TOKEN,
    from: 'logs',
    words: ['wanted'],
    onExport: onExport ?? ((body) => taken.push(body)),
    report: (problem) => problems.push(problem),
  })
  const post = async (path: string, body: string | Buffer, headers: Readonly<Record<string, string>> = {}, method = 'POST') => {
    const common = { authorization: `Bearer ${TOKEN}`, 'content-type': 'application/json' }
    const response = await fetch(`${receiver.url}${path}`, {
      method,
      headers: { ...common, ...headers },
      body: new Uint8Array(Buffer.from(body)),
    })
    return response.status
  }
  return {
    url: receiver.url,
    drained: () => receiver.drained(),
    taken,
    problems,
    post,
    [Symbol.asyncDispose]: async () => receiver.close(),
  }
}
