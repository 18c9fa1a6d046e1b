/** What an agent asked of a provider on loopback, in order; and the one way in which a provider of the lab answers. */
import type { IncomingMessage, ServerResponse } from 'node:http'
import { text } from 'node:stream/consumers'

export interface RecordedRequest {
  /** `api.anthropic.com` behind the proxy, `127.0.0.1:PORT` without. */
  readonly host: string
  readonly method: string
  /** With its query. */
  readonly path: string
  readonly headers: Readonly<Record<string, string | undefined>>
  readonly body: string
}

export interface Reply {
  readonly status: number
  readonly contentType?: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string
}

/** Reads the request to its end. */
export async function recordRequest(request: IncomingMessage): Promise<RecordedRequest> {
  const headers = Object.fromEntries(Object.entries(request.headers).map(([name, value]) => [name, value?.toString()]))
  const { method = '', url = '' } = request
  return { host: headers.host ?? '', method, path: url, headers, body: await text(request) }
}

export function sendReply(response: ServerResponse, reply: Reply): void {
  const { status, contentType = 'application/json', body = '' } = reply
  response.writeHead(status, { 'content-type': contentType, 'content-length': Buffer.byteLength(body), ...reply.headers })
  response.end(body)
}

/** A JSON reply. */
export function jsonReply(status: number, body: unknown, headers: Readonly<Record<string, string>> = {}): Reply {
  return { status, headers, body: JSON.stringify(body) }
}

export const NOT_FOUND = jsonReply(404, {
  type: 'error',
  error: { type: 'not_found_error', message: 'not part of the agent lab' },
})

/** `METHOD host/path` without the query: what a test compares and an error shows. */
export function summaryOf({ method, host, path }: RecordedRequest): string {
  return `${method} ${host}${path.split('?')[0]}`
}
