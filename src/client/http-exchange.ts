/**
 * One HTTP/1.0 request on one connection, whose reply is read as it is taken: logs and events (`http-document.ts` is for
 * documents). Written on `node:net`, as loading and using the `http` module costs a tenth of the start of Node.
 */
import type { Socket } from 'node:net'
import { PerchError } from '../platform/perch-error.js'
import {
  bodyLengthBytes,
  brokenOff,
  cutOff,
  encodeRequest,
  HEAD_END,
  HEAD_LIMIT_BYTES,
  type HttpHead,
  type HttpRequest,
  notPerchd,
  parseHead,
} from './http-message.js'

export interface HttpReply extends HttpHead {
  /** Ends after the announced length. Must be read to its end, or returned: that closes the connection. */
  readonly body: AsyncGenerator<Buffer, void, void>
}

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
    return { status, headers, body: readBody(socket, chunks, rest, bodyLengthBytes({ headers })) }
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
  // The request leaves first: what the first timer of a process costs is spent while the daemon works.
  const result = task()
  const timer = setTimeout(() => socket.destroy(silentFor(timeoutMs)), timeoutMs)
  try {
    return await result
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

/** What arrives, read as it is taken. By hand: the iterator of Node's streams costs a command 2 ms (measured). */
function readChunks(socket: Socket): AsyncGenerator<Buffer, void, void> {
  let problem: Error | undefined
  let isOver = false
  let wake = () => {}
  const over = (error?: Error) => {
    if (error) problem ??= error
    isOver = true
    wake()
  }
  socket.on('readable', () => wake())
  socket.once('end', () => over())
  socket.once('close', () => over())
  socket.on('error', over)
  return (async function* chunks() {
    for (;;) {
      const chunk: Buffer | null = socket.read()
      if (chunk !== null) yield chunk
      else if (problem) throw problem
      else if (isOver) return
      else
        await new Promise<void>((resolve) => {
          wake = resolve
        })
    }
  })()
}

async function readHead(chunks: AsyncGenerator<Buffer, void, void>): Promise<{ head: string; rest: Buffer }> {
  let held = Buffer.alloc(0)
  for (;;) {
    const end = held.indexOf(HEAD_END)
    if (end >= 0) return { head: held.toString('latin1', 0, end), rest: held.subarray(end + HEAD_END.length) }
    if (held.byteLength > HEAD_LIMIT_BYTES) throw notPerchd()
    const next = await chunks.next()
    if (next.done) throw brokenOff(undefined)
    held = Buffer.concat([held, next.value])
  }
}

async function* readBody(
  socket: Socket,
  chunks: AsyncGenerator<Buffer, void, void>,
  rest: Buffer,
  lengthBytes: number,
): AsyncGenerator<Buffer, void, void> {
  let missing = lengthBytes
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
    throw error instanceof PerchError ? error : cutOff(error)
  } finally {
    socket.destroy()
  }
  if (missing > 0 && missing !== Number.POSITIVE_INFINITY) throw brokenOff(undefined)
}

function silentFor(timeoutMs: number): PerchError {
  return new PerchError('timeout', `the daemon did not answer within ${timeoutMs / 1000} s`, { hint: 'See perch daemon logs.' })
}
