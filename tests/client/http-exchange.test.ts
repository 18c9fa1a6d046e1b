import { connect, createServer, type Socket } from 'node:net'
import { join } from 'node:path'
import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { exchangeDocument } from '../../src/client/http-document.js'
import { collectBody, exchange, withDeadline } from '../../src/client/http-exchange.js'
import { type HttpRequest, parseHead } from '../../src/client/http-message.js'
import { temporaryHome } from '../kit/temporary-home.js'

const REQUEST = { method: 'GET', target: '/v1/x?a=b', headers: { 'x-one': '1' } } as const

/** Serves one connection by a function of the socket and the request it sent. */
async function withServer<T>(serve: (socket: Socket, request: string) => void, use: (socket: Socket) => Promise<T>): Promise<T> {
  await using home = temporaryHome()
  const path = join(home.root, 's')
  const server = createServer((socket) => {
    // A client that gives up resets the connection.
    socket.on('error', () => {})
    socket.once('data', (chunk) => serve(socket, chunk.toString()))
  })
  await new Promise<void>((resolve) => server.listen(path, resolve))
  const socket = connect(path)
  try {
    return await use(socket)
  } finally {
    socket.destroy()
    await new Promise((resolve) => server.close(resolve))
  }
}

/** Both ways to read a reply, to its end. */
const WAYS = {
  'read as it is taken': async (socket: Socket, request: HttpRequest) => {
    const reply = await exchange(socket, request)
    return { ...reply, body: await collectBody(reply) }
  },
  'of a document': async (socket: Socket, request: HttpRequest) => {
    const { head, body } = await exchangeDocument(socket, request)
    return { ...head, body }
  },
}

describe.each(Object.entries(WAYS))('an exchange %s', (_, ask) => {
  test('sends a whole HTTP/1.0 request and reads a reply however it is cut', async () => {
    const reply = 'HTTP/1.1 200 OK\r\nContent-Length: 6\r\nX-Two:  2 \r\n\r\nhe\0llo'
    let seen = ''
    const { status, headers, body } = await withServer(
      (socket, request) => {
        seen = request
        let at = 0
        const step = () => {
          socket.write(reply.slice(at, at + 1), () => (++at < reply.length ? step() : socket.end()))
        }
        step()
      },
      (socket) => ask(socket, { ...REQUEST, method: 'POST', body: '{"ä":1}' }),
    )
    expect(seen).toBe('POST /v1/x?a=b HTTP/1.0\r\nhost: perch\r\nx-one: 1\r\ncontent-length: 8\r\n\r\n{"ä":1}')
    expect([status, headers.get('x-two'), body.toString()]).toEqual([200, '2', 'he\0llo'])
  })

  test.each([
    ['a reply that ends within its head', 'HTTP/1.1 200 OK\r\nContent-'],
    ['a reply that ends before its announced length', 'HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nshort'],
    ['no reply at all', ''],
    ['something that is not HTTP', 'SSH-2.0-OpenSSH_9.6\r\n\r\n'],
    ['a head without end', 'x'.repeat(100_000)],
  ])('%s is an unreachable daemon, never a short answer', async (_, reply) => {
    const read = withServer(
      (socket) => socket.end(reply),
      (socket) => ask(socket, REQUEST),
    )
    await expect(read).rejects.toMatchObject({ code: 'daemon-unreachable' })
  })

  test('with a daemon that says nothing ends with its bound', async () => {
    const read = withServer(
      () => {},
      (socket) => withDeadline(socket, 20, () => ask(socket, REQUEST)),
    )
    await expect(read).rejects.toMatchObject({ code: 'timeout' })
  })

  test('of a reply without a length ends with the connection', async () => {
    const { body } = await withServer(
      (socket) => socket.end('HTTP/1.0 200 OK\r\n\r\nas much as there is'),
      (socket) => ask(socket, REQUEST),
    )
    expect(body.toString()).toBe('as much as there is')
  })

  test('closes a connection that the other side keeps open', async () => {
    let closed: Promise<unknown> = Promise.resolve()
    await withServer(
      (socket) => {
        closed = new Promise((resolve) => socket.once('close', resolve))
        socket.write('HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok')
      },
      async (socket) => {
        await ask(socket, REQUEST)
        await closed
      },
    )
  })
})

describe('an exchange read as it is taken', () => {
  test('a body that is given up closes the connection', async () => {
    let closed: Promise<unknown> = Promise.resolve()
    await withServer(
      (socket) => {
        closed = new Promise((resolve) => socket.once('close', resolve))
        socket.write(`HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\n${'x'.repeat(1000)}`)
      },
      async (socket) => {
        const { body } = await exchange(socket, REQUEST)
        for await (const _ of body) break
      },
    )
    await closed
  })
})

describe('the head of a reply', () => {
  test.each(['', 'HTTP/2 200', 'HTTP/1.1 20', 'HTTP/1.1 2000 x', 'GET / HTTP/1.1'])(
    'is refused when it begins with %j',
    (head) => {
      expect(() => parseHead(head)).toThrow(expect.objectContaining({ code: 'daemon-unreachable' }))
    },
  )

  test('gives back every header field by its name in lower case', () => {
    const name = fc.stringMatching(/^[A-Za-z][A-Za-z0-9-]{0,10}$/)
    const value = fc.stringMatching(/^[!-~]{1,10}$/)
    fc.assert(
      fc.property(fc.dictionary(name, value, { noNullPrototype: true }), (fields) => {
        const lines = Object.entries(fields).map(([key, text]) => `${key}: ${text}`)
        const { headers } = parseHead(['HTTP/1.0 404 Not Found', ...lines].join('\r\n'))
        for (const key of headers.keys()) expect(key).toBe(key.toLowerCase())
        const last = new Map(Object.entries(fields).map(([key, text]) => [key.toLowerCase(), text]))
        expect(new Map(headers)).toEqual(last)
      }),
    )
  })
})
