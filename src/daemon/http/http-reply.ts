/** Writing what a handler answered, or why it could not, to the one who asked. */
import type { ServerResponse } from 'node:http'
import { pipeline } from 'node:stream/promises'
import { httpStatusOf } from '../../api/error-codes.js'
import { messageOf, PerchError } from '../../platform/perch-error.js'
import { type DaemonLog, errorFields } from '../daemon-log.js'

/** Raw bytes as the reply. Without a length among the headers the reply ends with its connection, or is sent in chunks. */
export interface ByteReply {
  readonly headers: Readonly<Record<string, string | number>>
  readonly bytes: AsyncIterable<Uint8Array | string>
}

/** Sends a document, given as its text. */
export function sendJson(response: ServerResponse, status: number, text: string): void {
  const body = Buffer.from(`${text}\n`)
  response.writeHead(status, { 'content-type': 'application/json; charset=utf-8', 'content-length': body.byteLength })
  response.end(body)
}

/** Sends the bytes as they come; resolves when all were handed over. */
export async function sendBytes(response: ServerResponse, reply: ByteReply): Promise<void> {
  response.writeHead(200, { 'content-type': 'application/octet-stream', ...reply.headers })
  // Whoever follows knows at once that it is connected, though the first bytes may take their time.
  response.flushHeaders()
  await pipeline(reply.bytes, response)
}

/** Sends the error; one that is a fault of this program goes to the log as well. */
export function sendError(response: ServerResponse, error: unknown, log: DaemonLog): void {
  if (!(error instanceof PerchError) || error.code === 'internal') log.warn('a request failed', errorFields(error))
  const known =
    error instanceof PerchError ? error : new PerchError('internal', messageOf(error), { hint: 'See perch daemon logs.' })
  const { code, message, hint = null } = known
  // What is left of a refused body is not read: the connection cannot carry another request.
  response.setHeader('connection', 'close')
  sendJson(response, httpStatusOf(code), JSON.stringify({ schema: 1, error: { code, message, hint } }))
}
