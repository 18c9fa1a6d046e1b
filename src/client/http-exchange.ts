/**
 * One HTTP/1.0 request on one connection. Written on `node:net` because loading and using the `http` module made
 * `perch ls` cost 1.22 × the start of Node against 1.12 × for this; the daemon answers ordinary HTTP clients as well.
 */
import type { Socket } from 'node:net'
import { errnoOf, PerchError } from '../platform/perch-error.js'

export interface HttpRequest {
  readonly method: 'GET' | 'POST' | 'DELETE'
  /** Path and query, already encoded. */
  readonly target: string
  readonly headers: Readonly<Record<string, string>>
  readonly body?: string
}

export interface HttpReply {
  readonly status: number
  /** Names in lower case. */
  readonly headers: ReadonlyMap<string, string>
  /** Ends after the announced length. Must be read to its end, or returned: that closes the connection. */
  readonly body: AsyncGenerator<Buffer, void, void>
}

/** A reply's head is a few hundred bytes; more than this is no reply of perchd. */
const HEAD_LIMIT_BYTES = 16 * 1024

/**
 * Sends the request on a connected socket, which is closed when the body ends or is given up.
 * @throws PerchError `daemon-unreachable` when the connection ends before the announced end
 */
export async function exchange(socket: Socket, request: HttpRequest): Promise<HttpReply> {
  const chunks = readChunks(socket)
  try {
    socket.write(encodeRequest(request))
    const { head, rest } = await readHead(chunks)
    const { status, headers } = parseHead(head)
    return { status, headers, body: readBody(socket, chunks, rest, headers) }
  } catch (error) {
    socket.destroy()
    throw error instanceof PerchError ? error : brokenOff(error)
  }
}

/**
 * Bounds what is done on the socket.
 * @throws PerchError `timeout`, or whatever the task throws
 */
export async function withDeadline<T>(socket: Socket, timeoutMs: number, task: () => Promise<T>): Promise<T> {
  const timer = setTimeout(() => socket.destroy(silentFor(timeoutMs)), timeoutMs)
  try {
    return await task()
  } finally {
    clearTimeout(timer)
  }
}

/** The whole body. */
export async function collectBody(reply: HttpReply): Promise<Buffer> {
  const chunks: Buffer[] = []
  for await (const chunk of reply.body) chunks.push(chunk)
  return Buffer.concat(chunks)
}

/**
 * Whether the daemon was gone before it had read the whole request, so that nothing of it was done and it may be sent
 * again. Linux resets a connection whose listener or reader dies with bytes unread, and ends one that was read to its end
 * (`unix_release_sock` in net/unix/af_unix.c); other systems do not tell the two apart.
 */
export function wasNeverRead(error: unknown): boolean {
  if (process.platform !== 'linux' || !(error instanceof PerchError) || error.code !== 'daemon-unreachable') return false
  const errno = errnoOf(error.cause)
  return errno === 'ECONNRESET' || errno === 'EPIPE'
}

/** Status line and header fields of a reply's head. Pure. */
export function parseHead(head: string): { readonly status: number; readonly headers: ReadonlyMap<string, string> } {
  const [statusLine = '', ...lines] = head.split('\r\n')
  const status = /^HTTP\/1\.[01] (\d{3})(?: |$)/.exec(statusLine)?.[1]
  if (status === undefined) throw brokenOff(undefined, 'what answers on the socket is not perchd')
  const headers = new Map<string, string>()
  for (const line of lines) {
    const colon = line.indexOf(':')
    if (colon > 0) headers.set(line.slice(0, colon).trim().toLowerCase(), line.slice(colon + 1).trim())
  }
  return { status: Number(status), headers }
}

function encodeRequest(request: HttpRequest): string {
  const body = request.body ?? ''
  const headers = { host: 'perch', ...request.headers, 'content-length': String(Buffer.byteLength(body)) }
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`)
  return `${request.method} ${request.target} HTTP/1.0\r\n${lines.join('')}\r\n${body}`
}

async function* readChunks(socket: Socket): AsyncGenerator<Buffer, void, void> {
  for await (const chunk of socket) yield chunk as Buffer
}

async function readHead(chunks: AsyncGenerator<Buffer, void, void>): Promise<{ head: string; rest: Buffer }> {
  let held = Buffer.alloc(0)
  for (;;) {
    const end = held.indexOf('\r\n\r\n')
    if (end >= 0) return { head: held.toString('latin1', 0, end), rest: held.subarray(end + 4) }
    if (held.byteLength > HEAD_LIMIT_BYTES) throw brokenOff(undefined, 'what answers on the socket is not perchd')
    const next = await chunks.next()
    if (next.done) throw brokenOff(undefined)
    held = Buffer.concat([held, next.value])
  }
}

async function* readBody(
  socket: Socket,
  chunks: AsyncGenerator<Buffer, void, void>,
  rest: Buffer,
  headers: ReadonlyMap<string, string>,
): AsyncGenerator<Buffer, void, void> {
  const announced = headers.get('content-length')
  let missing = announced === undefined ? Number.POSITIVE_INFINITY : Number(announced)
  try {
    if (rest.byteLength > 0) yield rest
    missing -= rest.byteLength
    while (missing > 0) {
      const next = await chunks.next()
      if (next.done) break
      missing -= next.value.byteLength
      yield next.value
    }
  } catch (error) {
    // Not the bare errno: a reply that began belongs to a request that was read.
    throw error instanceof PerchError ? error : brokenOff(new Error('the reply was cut off', { cause: error }))
  } finally {
    socket.destroy()
  }
  if (missing > 0 && announced !== undefined) throw brokenOff(undefined)
}

function silentFor(timeoutMs: number): PerchError {
  return new PerchError('timeout', `the daemon did not answer within ${timeoutMs / 1000} s`, { hint: 'See perch daemon logs.' })
}

function brokenOff(cause: unknown, message = 'the daemon ended before it answered'): PerchError {
  return new PerchError('daemon-unreachable', message, { cause, hint: 'perch ls shows what was done.' })
}
