/** Arbitrary frames on the socket of a session that writes all the while: whoever attached before notices nothing. */
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { FRAME, FRAME_PAYLOAD_LIMIT_BYTES } from '../../src/api/frames.js'
import { temporaryHome } from '../kit/temporary-home.js'
import { endHost, startHost } from './kit/host-program.js'
import { HostReader } from './kit/host-reader.js'
import { HELLO, type RawPeer, rawFrame, rawPeer } from './kit/raw-peer.js'

/** Writes numbered lines until it is ended, and never reads. */
const COUNTER = [process.execPath, '-e', 'let n = 0; setInterval(() => console.log(n++), 1)'] as const

/** Every line from 0 on, none missing, none twice. */
function expectCounted(text: string): void {
  const lines = text.split('\n').slice(0, -1)
  expect(lines).toEqual(lines.map((_, index) => String(index)))
  expect(lines.length).toBeGreaterThan(0)
}

const METHODS = ['attach', 'detach', 'status', 'resize', 'terminate', 'signal', 'addTee', 'removeTee', 'closeOutput', 'subscribe']
const PARAMETERS = [
  'mode',
  'from',
  'streams',
  'steal',
  'size',
  'cols',
  'rows',
  'attachment',
  'graceMs',
  'signal',
  'target',
  'stream',
]

/** Values that no field takes in more than one place, with the keys that a careless program trips over. */
const oddValue = fc.oneof(
  fc.constantFrom<unknown>(null, '', -1, 1.5, 1e308, true, '\u0000', 'SIGNOT', [], {}, [[[[]]]], { at: 'nowhere' }),
  fc.string(),
  fc.jsonValue({ maxDepth: 3 }),
)
const oddKey = fc.constantFrom('__proto__', 'constructor', 'prototype', 'toString', 'hasOwnProperty', '')
const oddParameters = fc.dictionary(fc.oneof(fc.constantFrom(...PARAMETERS), oddKey), oddValue, { maxKeys: 5 })
const oddRequest = fc.record(
  {
    id: fc.oneof(fc.nat(3), oddValue),
    method: fc.oneof(fc.constantFrom(...METHODS), oddValue, oddKey),
    params: fc.oneof(oddParameters, oddValue),
  },
  { requiredKeys: [] },
)
/** `JSON.stringify` leaves out a prototype; the wire need not. */
const requestText = oddRequest.map((request) => JSON.stringify(request).replaceAll('"toString"', '"__proto__"'))
const oddFrame = fc.oneof(
  { weight: 4, arbitrary: requestText.map((text) => rawFrame(FRAME.request, text)) },
  { weight: 1, arbitrary: fc.constant(HELLO) },
  {
    weight: 2,
    arbitrary: fc.tuple(fc.nat(255), fc.uint8Array({ maxLength: 100 })).map(([type, bytes]) => rawFrame(type, bytes)),
  },
  { weight: 1, arbitrary: fc.uint8Array({ maxLength: 40 }).map((bytes) => Buffer.from(bytes)) },
)

test('arbitrary frames, requests of any shape among them, end at most the connection they came on', async () => {
  await using home = temporaryHome()
  const host = await startHost(home, { argv: COUNTER })
  await using witness = await HostReader.attach(host.socket, { mode: 'controller' })
  const property = fc.asyncProperty(fc.boolean(), fc.array(oddFrame, { maxLength: 12 }), async (greets, frames) => {
    await using peer = rawPeer(host.socket)
    peer.socket.end(Buffer.concat([...(greets ? [HELLO] : []), ...frames]))
    await peer.closed(`${frames.length} odd frames`)
  })
  await fc.assert(property, { numRuns: 300 })
  // Whatever was sent, it was no fault of the host's.
  expect(host.journal()).toBe('')
  expect((await witness.status()).attachments.map(({ id }) => id)).toContain(witness.attached?.attachment)
  await endHost(host)
  expect(await witness.untilClosed()).toEqual({ reason: 'ended' })
  expect(witness.gaps).toEqual([])
  expectCounted(witness.text('stdout'))
})

describe('a request', () => {
  async function replies(peer: RawPeer, host: { readonly socket: string }, count: number): Promise<unknown[]> {
    const found = () => peer.frames.filter(({ type }) => type === FRAME.reply)
    await using other = await HostReader.connect(host.socket)
    await other.waitFor(`${count} replies`, () => found().length >= count)
    return found().map(({ payload }) => JSON.parse(Buffer.from(payload).toString()))
  }

  test('that fills a whole frame is answered in a few words', async () => {
    await using home = temporaryHome()
    const host = await startHost(home, { argv: ['sleep', '1000'] })
    await using peer = rawPeer(host.socket)
    peer.socket.write(HELLO)
    const long = 'x'.repeat(FRAME_PAYLOAD_LIMIT_BYTES - 100)
    const requests = [
      { method: long, params: {} },
      { method: 'signal', params: { signal: long } },
      { method: 'attach', params: { mode: long } },
      { method: 'detach', params: { attachment: long } },
    ]
    for (const [id, request] of requests.entries()) peer.socket.write(rawFrame(FRAME.request, JSON.stringify({ id, ...request })))
    const answers = await replies(peer, host, requests.length)
    expect(answers).toMatchObject(
      ['bad-request', 'bad-signal', 'bad-request', 'attachment-not-found'].map((code, id) => ({ id, error: { code } })),
    )
    expect(peer.received().byteLength).toBeLessThan(64 * 1024)
    await endHost(host)
    expect(host.journal()).toBe('')
  })

  test('that is nested as deep as a frame allows is understood for what it is', async () => {
    await using home = temporaryHome()
    const host = await startHost(home, { argv: ['sleep', '1000'] })
    await using peer = rawPeer(host.socket)
    peer.socket.write(HELLO)
    const depth = FRAME_PAYLOAD_LIMIT_BYTES / 2 - 100
    const deep = `${'['.repeat(depth)}${']'.repeat(depth)}`
    peer.socket.write(rawFrame(FRAME.request, `{"id":1,"method":"status","params":{"odd":${deep}}}`))
    peer.socket.write(rawFrame(FRAME.request, `{"id":2,"method":${deep},"params":{}}`))
    expect(await replies(peer, host, 2)).toMatchObject([
      { id: 1, result: { state: 'running' } },
      { id: 2, error: { code: 'bad-request' } },
    ])
    await endHost(host)
  })

  test('with the id of another is answered like the other', async () => {
    await using home = temporaryHome()
    const host = await startHost(home, { argv: ['sleep', '1000'] })
    await using peer = rawPeer(host.socket)
    peer.socket.write(
      Buffer.concat([HELLO, HELLO, ...Array(3).fill(rawFrame(FRAME.request, '{"id":7,"method":"status","params":{}}'))]),
    )
    expect(await replies(peer, host, 3)).toMatchObject(Array(3).fill({ id: 7, result: { state: 'running' } }))
    await endHost(host)
  })

  test('to follow a stream many times over follows it once', async () => {
    await using home = temporaryHome()
    const host = await startHost(home, { argv: ['sh', '-c', 'echo once; read line'] })
    await using reader = await HostReader.attach(host.socket, { mode: 'controller', streams: Array(50_000).fill('stdout') })
    await reader.endInput()
    await reader.untilClosed()
    expect(reader.text('stdout')).toBe('once\n')
  })
})
