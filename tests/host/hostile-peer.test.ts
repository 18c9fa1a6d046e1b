/** What is not a client of perch, or one of a later version, on the socket of a real session. */
import { createHash } from 'node:crypto'
import { connect } from 'node:net'
import { describe, expect, test } from 'vitest'
import { encodeJsonFrame, FRAME } from '../../src/api/frames.js'
import { until } from '../kit/bounded.js'
import { temporaryHome } from '../kit/temporary-home.js'
import { endHost, startHost, TEST_BOUND_MS } from './kit/host-program.js'
import { HostReader } from './kit/host-reader.js'

describe('garbage on the socket', () => {
  const hello = encodeJsonFrame(FRAME.hello, { protocol: 1, perch: 'test' })
  const frame = (type: number, text: string) => {
    const bytes = Buffer.from(text)
    const header = Buffer.alloc(9)
    header.writeUInt32BE(bytes.byteLength, 0)
    header.writeUInt8(type, 4)
    return Buffer.concat([header, bytes])
  }
  const cases: readonly [what: string, bytes: Buffer][] = [
    ['no hello first', encodeJsonFrame(FRAME.request, { id: 1, method: 'status', params: {} })],
    ['a huge frame', Buffer.concat([hello, Buffer.from([0xff, 0xff, 0xff, 0xff, 2, 0, 0, 0, 0])])],
    ['a hello that is not JSON', frame(FRAME.hello, '{')],
    ['a hello that is not one', frame(FRAME.hello, '[]')],
    ['a request that is not JSON', Buffer.concat([hello, frame(FRAME.request, '\xff\xfe')])],
    ['a request without an id', Buffer.concat([hello, frame(FRAME.request, '{"method":"status"}')])],
    ['HTTP', Buffer.from('GET / HTTP/1.1\r\nHost: x\r\n\r\n')],
  ]

  test('ends only the connection it came on', async () => {
    await using home = temporaryHome()
    const host = await startHost(home, { argv: ['cat'] })
    await using witness = await HostReader.attach(host.socket, { mode: 'controller' })
    for (const [what, bytes] of cases) {
      const socket = connect(host.socket)
      socket.on('error', () => undefined)
      const closed = new Promise<void>((resolve) => socket.once('close', () => resolve()))
      socket.resume()
      socket.write(bytes)
      await until(
        () => socket.closed,
        TEST_BOUND_MS,
        () => `${what} to end its connection`,
      )
      await closed
    }
    for (let seed = 0; seed < 100; seed++) {
      const socket = connect(host.socket)
      socket.on('error', () => undefined)
      socket.resume()
      const noise = createHash('sha512').update(`noise ${seed}`).digest()
      socket.write(seed % 2 ? noise : Buffer.concat([hello, frame(seed, '{"id":1}'), noise.subarray(0, seed % 64)]))
      socket.end()
      await until(
        () => socket.closed,
        TEST_BOUND_MS,
        () => `noise ${seed} to end its connection`,
      )
    }
    await witness.type('still here')
    await witness.waitForText('stdout', 'still here')
    await endHost(host)
    expect(host.journal()).toBe('')
  })

  test('that is well formed is answered or ignored: unknown requests, frame types and fields', async () => {
    await using home = temporaryHome()
    const host = await startHost(home, { argv: ['cat'] })
    await using reader = await HostReader.connect(host.socket)
    await reader.channel.send(200, Buffer.from('from the future'))
    // @ts-expect-error a method of a later version
    await expect(reader.channel.request('levitate', {})).rejects.toMatchObject({ code: 'bad-request' })
    await reader.channel.request('status', { colour: 'blue' })
    await expect(reader.channel.request('resize', { cols: 0, rows: 1e9 })).rejects.toMatchObject({ code: 'bad-request' })
    await expect(reader.channel.request('signal', { signal: 'SIGNOT' })).rejects.toMatchObject({ code: 'bad-signal' })
    await endHost(host)
  })
})
