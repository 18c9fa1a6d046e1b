/**
 * One call of the control API: encoded from the table of routes, sent on a connection of its own, checked when it comes
 * back. It decides what is asked again when the daemon dies in between.
 */
import type { Socket } from 'node:net'
import * as v from 'valibot'
import { ErrorReply } from '../api/control.js'
import { type Route, type RouteName, type RouteReply, routePath, routes } from '../api/routes.js'
import { OFFSET_HEADER, PROTOCOL_HEADER, PROTOCOL_VERSION } from '../api/version.js'
import { PERCH_VERSION } from '../platform/bundles.js'
import { PerchError } from '../platform/perch-error.js'
import { connectDaemon, type DaemonConnectionOptions } from './daemon-connection.js'
import { collectBody, exchange, type HttpReply, type HttpRequest, wasNeverRead, withDeadline } from './http-exchange.js'

/** Longer than the daemon's own bounds (25 s for a profile's lock, 20 s for a host), so that its error is the one seen. */
export const REQUEST_TIMEOUT_MS = 60_000

/** Where a log is read from: an absolute offset, or the start of its last lines. */
export type LogStart = { readonly from: number } | { readonly tail: number }

export interface LogBytes {
  /** Absolute offset of the first byte that follows; above the asked one when older bytes were dropped. */
  readonly offset: number
  /** Reading to the end, or returning, closes the connection. */
  readonly bytes: AsyncIterable<Buffer>
}

export interface CallOptions {
  readonly path?: Readonly<Record<string, string>>
  readonly query?: readonly (readonly [name: string, value: string | false | undefined])[]
  readonly body?: object
  readonly timeoutMs?: number
}

/** These must work across versions: they tell what runs, and end it. */
const VERSION_FREE: ReadonlySet<RouteName> = new Set(['daemon', 'stopDaemon', 'openApi'])

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
    withDeadline(socket, call.timeoutMs ?? REQUEST_TIMEOUT_MS, async () => {
      const head = await exchange(socket, request)
      return { head, body: await collectBody(head) }
    }),
  )
  const document = parseJson(reply.body)
  requireSuccess(name, reply.head, document)
  const route: Route = routes[name]
  const parsed = v.safeParse(route.reply ?? v.never(), document)
  if (!parsed.success) throw mismatch(`its reply to ${route.method} ${route.path} is not understood`)
  return parsed.output as RouteReply<N>
}

/** The bytes of an ended session's stream. @throws PerchError as `callRoute` */
export async function readLogBytes(
  options: DaemonConnectionOptions,
  session: string,
  stream: string,
  start: LogStart,
): Promise<LogBytes> {
  const query = Object.entries(start).map(([key, value]) => [key, String(value)] as const)
  const request = encodeCall('readLog', { path: { session }, query: [['stream', stream], ...query] })
  const reply = await askingAgain(options, request, (socket) =>
    withDeadline(socket, REQUEST_TIMEOUT_MS, () => exchange(socket, request)),
  )
  if (reply.status !== 200) requireSuccess('readLog', reply, parseJson(await collectBody(reply)))
  return { offset: Number(reply.headers.get(OFFSET_HEADER) ?? 0), bytes: reply.body }
}

function encodeCall(name: RouteName, call: CallOptions): HttpRequest {
  const { method, path } = routes[name]
  const query = new URLSearchParams()
  for (const [key, value] of call.query ?? []) if (value) query.append(key, value)
  const version: Record<string, string> = VERSION_FREE.has(name) ? {} : { [PROTOCOL_HEADER]: String(PROTOCOL_VERSION) }
  const target = routePath(path, call.path) + (query.size > 0 ? `?${query}` : '')
  if (call.body === undefined) return { method, target, headers: version }
  return { method, target, headers: { ...version, 'content-type': 'application/json' }, body: JSON.stringify(call.body) }
}

/**
 * When the daemon dies under a request, a question is asked once more, of the next daemon; so is an order of which it is
 * certain that it was never read. Any other order may have been carried out, and is not given twice.
 */
async function askingAgain<T>(
  options: DaemonConnectionOptions,
  request: HttpRequest,
  attempt: (socket: Socket) => Promise<T>,
): Promise<T> {
  try {
    return await attempt(await connectDaemon(options))
  } catch (error) {
    const isUnreachable = error instanceof PerchError && error.code === 'daemon-unreachable'
    const mayAskAgain = options.autostart && isUnreachable && (request.method === 'GET' || wasNeverRead(error))
    if (!mayAskAgain) throw error
    return attempt(await connectDaemon(options))
  }
}

function requireSuccess(name: RouteName, reply: HttpReply, document: unknown): void {
  const protocol = reply.headers.get(PROTOCOL_HEADER)
  if (protocol !== String(PROTOCOL_VERSION) && !VERSION_FREE.has(name))
    throw mismatch(`it speaks protocol ${protocol ?? 'unknown'}`)
  if (reply.status < 400) return
  const failure = v.safeParse(ErrorReply, document)
  if (!failure.success) throw mismatch(`it answered with status ${reply.status} and no error document`)
  const { code, message, hint } = failure.output.error
  throw new PerchError(code, message, { hint: hint ?? undefined })
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
