/**
 * The text of HTTP/1.0 requests and replies, and what it means when one is broken off. Nothing here reads or writes.
 */
import { errnoOf, PerchError } from '../platform/perch-error.js'

export interface HttpRequest {
  readonly method: 'GET' | 'POST' | 'DELETE'
  /** Path and query, already encoded. */
  readonly target: string
  readonly headers: Readonly<Record<string, string>>
  readonly body?: string
}

/** What a reply says before its body. */
export interface HttpHead {
  readonly status: number
  /** Names in lower case. */
  readonly headers: ReadonlyMap<string, string>
}

/** A reply's head is a few hundred bytes; more than this is no reply of perchd. */
export const HEAD_LIMIT_BYTES = 16 * 1024

/** Between the head of a reply and its body. */
export const HEAD_END = '\r\n\r\n'

/** The whole request as text. */
export function encodeRequest(request: HttpRequest): string {
  const body = request.body ?? ''
  const headers = { host: 'perch', ...request.headers, 'content-length': String(Buffer.byteLength(body)) }
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`)
  return `${request.method} ${request.target} HTTP/1.0\r\n${lines.join('')}\r\n${body}`
}

/** Status line and header fields of a reply's head. Pure. */
export function parseHead(head: string): HttpHead {
  const [statusLine = '', ...lines] = head.split('\r\n')
  const status = /^HTTP\/1\.[01] (\d{3})(?: |$)/.exec(statusLine)?.[1]
  if (status === undefined) throw notPerchd()
  const headers = new Map<string, string>()
  for (const line of lines) {
    const colon = line.indexOf(':')
    if (colon > 0) headers.set(line.slice(0, colon).trim().toLowerCase(), line.slice(colon + 1).trim())
  }
  return { status: Number(status), headers }
}

/** The announced length of the body in bytes; infinite where it ends with the connection. */
export function bodyLengthBytes({ headers }: Pick<HttpHead, 'headers'>): number {
  const announced = headers.get('content-length')
  return announced === undefined ? Number.POSITIVE_INFINITY : Number(announced)
}

/** The connection ended before the reply did. */
export function brokenOff(cause: unknown, message = 'the daemon ended before it answered'): PerchError {
  return new PerchError('daemon-unreachable', message, { cause, hint: 'perch ls shows what was done.' })
}

/** A reply that began and was cut off. Not the bare errno: such a reply belongs to a request that was read. */
export function cutOff(cause: unknown): PerchError {
  return brokenOff(new Error('the reply was cut off', { cause }))
}

/** Something else than perchd answers. */
export function notPerchd(): PerchError {
  return brokenOff(undefined, 'what answers on the socket is not perchd')
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
