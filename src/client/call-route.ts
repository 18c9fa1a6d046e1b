/**
 * One call of the control API: encoded from the table of routes, sent on a connection of its own, checked when it comes
 * back. It decides what is asked again when the daemon dies in between.
 */
import type { Socket } from 'node:net'
import { routeAddresses } from '../api/route-addresses.js'
import type { RouteName, RouteReply } from '../api/routes.js'
import { OFFSET_HEADER, PROTOCOL_HEADER, PROTOCOL_VERSION, VERSION_HEADER } from '../api/version.js'
import { PERCH_VERSION } from '../platform/bundles.js'
import { onAbort } from '../platform/on-abort.js'
import { PerchError } from '../platform/perch-error.js'
import { connectDaemon, type DaemonConnectionOptions } from './daemon-connection.js'
import { type CallOptions, encodeCall, isVersionFree } from './encode-call.js'
import { exchangeDocument } from './http-document.js'
import { collectBody, exchange, type HttpReply, withDeadline } from './http-exchange.js'
import { type HttpHead, type HttpRequest, wasNeverRead } from './http-message.js'

/** Longer than the daemon's own bounds (25 s for a profile's lock, 20 s for a host), so that its error is the one seen. */
export const REQUEST_TIMEOUT_MS = 60_000

/**
 * A process that is killed loses its files one after the other: who was connected to it and asks again at once may still reach
 * the socket on which it listened, and be thrown out a second time. The third daemon that dies under a request is a reason to give up.
 */
const ATTEMPTS = 3

/** Where a log is read from: an absolute offset, or the start of its last lines. */
export type LogStart = { readonly from: number } | { readonly tail: number }

export interface LogBytes {
  /** Absolute offset of the first byte that follows; above the asked one when older bytes were dropped. */
  readonly offset: number
  /** Reading to the end, or returning, closes the connection. */
  readonly bytes: AsyncIterable<Buffer>
}

/**
 * Calls a route that answers with a document.
 * @throws PerchError the daemon's own error, `daemon-unreachable`, `daemon-start-failed`, `version-mismatch`, `timeout`
 */
export async function callRoute<N extends RouteName>(
  options: DaemonConnectionOptions,
  name: N,
  call: CallOptions,
): Promise<RouteReply<N>> {
  const request = encodeCall(name, call)
  const reply = await askingAgain(options, request, (socket) =>
    withDeadline(socket, call.timeoutMs ?? REQUEST_TIMEOUT_MS, () => exchangeDocument(socket, request)),
  )
  const document = parseJson(reply.body)
  await requireSuccess(name, reply.head, document)
  // A daemon of this very version checked it by the same schema before it was sent.
  if (reply.head.headers.get(VERSION_HEADER) === PERCH_VERSION) return document as RouteReply<N>
  const { checkedReply } = await import('./check-reply.js')
  const checked = checkedReply(name, document)
  if (!checked) throw mismatch(`its reply to ${request.method} ${routeAddresses[name].path} is not understood`)
  return checked
}

/** The bytes of an ended session's stream. @throws PerchError as `callRoute` */
export async function readLogBytes(
  options: DaemonConnectionOptions,
  session: string,
  stream: string,
  start: LogStart,
): Promise<LogBytes> {
  const query = Object.entries(start).map(([key, value]) => [key, String(value)] as const)
  const reply = await callForBytes(options, 'readLog', { path: { session }, query: [['stream', stream], ...query] })
  return { offset: Number(reply.headers.get(OFFSET_HEADER) ?? 0), bytes: reply.body }
}

/**
 * Calls a route that answers with bytes. The connection ends with the body, or when `signal` is aborted.
 * @throws PerchError as `callRoute`
 */
export async function callForBytes(
  options: DaemonConnectionOptions,
  name: RouteName,
  call: CallOptions,
  signal?: AbortSignal,
): Promise<HttpReply> {
  const request = encodeCall(name, call)
  const reply = await askingAgain(options, request, (socket) => {
    socket.once(
      'close',
      onAbort(signal, () => socket.destroy()),
    )
    return withDeadline(socket, REQUEST_TIMEOUT_MS, () => exchange(socket, request))
  })
  if (reply.status !== 200) await requireSuccess(name, reply, parseJson(await collectBody(reply)))
  return reply
}

/**
 * When the daemon dies under a request, a question is asked again, of the next daemon; so is an order of which it is
 * certain that it was never read. Any other order may have been carried out, and is not given twice.
 */
async function askingAgain<T>(
  options: DaemonConnectionOptions,
  request: HttpRequest,
  attempt: (socket: Socket) => Promise<T>,
): Promise<T> {
  for (let asked = 1; ; asked += 1) {
    try {
      return await attempt(await connectDaemon(options))
    } catch (error) {
      const isUnreachable = error instanceof PerchError && error.code === 'daemon-unreachable'
      const mayAskAgain = options.autostart && isUnreachable && (request.method === 'GET' || wasNeverRead(error))
      if (!mayAskAgain || asked === ATTEMPTS) throw error
    }
  }
}

async function requireSuccess(name: RouteName, reply: HttpHead, document: unknown): Promise<void> {
  const protocol = reply.headers.get(PROTOCOL_HEADER)
  if (protocol !== String(PROTOCOL_VERSION) && !isVersionFree(name)) throw mismatch(`it speaks protocol ${protocol ?? 'unknown'}`)
  if (reply.status < 400) return
  const { errorOfReply } = await import('./check-reply.js')
  throw errorOfReply(document) ?? mismatch(`it answered with status ${reply.status} and no error document`)
}

function parseJson(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString('utf8'))
  } catch {
    throw mismatch('its reply is not JSON')
  }
}

function mismatch(why: string): PerchError {
  return new PerchError('version-mismatch', `the running daemon does not fit this perch (${PERCH_VERSION}): ${why}`, {
    hint: 'Run: perch daemon restart (sessions go on).',
  })
}
