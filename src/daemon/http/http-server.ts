/**
 * The control API over HTTP: dispatch on the table of routes, every body and every reply checked against its schema,
 * every failure an `ErrorReply`. It knows no sessions; the handlers do.
 */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import { pipeline } from 'node:stream/promises'
import * as v from 'valibot'
import { httpStatusOf } from '../../api/error-codes.js'
import { type Route, type RouteBody, type RouteName, type RouteReply, routes } from '../../api/routes.js'
import { OFFSET_HEADER, PROTOCOL_HEADER, PROTOCOL_VERSION } from '../../api/version.js'
import { PERCH_VERSION } from '../../platform/bundles.js'
import { messageOf, PerchError } from '../../platform/perch-error.js'
import { type DaemonLog, errorFields } from '../daemon-log.js'
import { readBody } from './http-body.js'
import { matchRoute } from './match-route.js'

export interface ApiRequest<B> {
  /** The path's parameters, decoded. */
  readonly path: Readonly<Record<string, string>>
  readonly query: URLSearchParams
  readonly body: B
}

/** Raw bytes as the reply. */
export interface ByteReply {
  readonly offset: number
  readonly length: number
  readonly bytes: AsyncIterable<Uint8Array>
}

export type ApiHandlers = {
  readonly [N in RouteName]: (
    request: ApiRequest<RouteBody<N>>,
  ) => Promise<[RouteReply<N>] extends [never] ? ByteReply : RouteReply<N>>
}

type AnyHandler = (request: ApiRequest<unknown>) => Promise<unknown>

export interface ApiServer {
  /** Serves a connection that was accepted elsewhere. */
  accept(connection: Socket): void
  /** Lets the replies under way be sent, bounded, and ends every connection. */
  close(): Promise<void>
}

/** Replies under way get this long when the daemon ends. */
const LAST_REPLIES_MS = 500

export function createApiServer(handlers: ApiHandlers, log: DaemonLog): ApiServer {
  const connections = new Set<Socket>()
  const underWay = new Set<Promise<void>>()
  const server = createServer((request, response) => {
    const sent = new Promise<void>((resolve) => response.once('close', resolve))
    underWay.add(sent)
    sent.finally(() => underWay.delete(sent))
    answer(handlers, request, response, log).catch((error) => {
      // The other side went away while it was answered; nobody is left to be told.
      log.debug('a reply could not be sent', errorFields(error))
      response.destroy()
    })
  })
  return {
    accept: (connection) => {
      connections.add(connection)
      connection.once('close', () => connections.delete(connection))
      server.emit('connection', connection)
    },
    close: async () => {
      let timer: NodeJS.Timeout | undefined
      const late = new Promise<void>((resolve) => {
        timer = setTimeout(resolve, LAST_REPLIES_MS)
      })
      await Promise.race([Promise.all(underWay), late])
      clearTimeout(timer)
      for (const connection of connections) connection.destroy()
    },
  }
}

async function answer(handlers: ApiHandlers, request: IncomingMessage, response: ServerResponse, log: DaemonLog): Promise<void> {
  response.setHeader(PROTOCOL_HEADER, String(PROTOCOL_VERSION))
  let reply: unknown
  try {
    const { pathname, searchParams } = new URL(request.url ?? '/', 'http://perch')
    const { name, path } = matchRoute(request.method ?? 'GET', pathname)
    requireProtocol(request)
    const route: Route = routes[name]
    const body = route.body ? await readBody(request, route.body) : undefined
    const handler = handlers[name] as AnyHandler
    reply = await handler({ path, query: searchParams, body })
    if (route.reply) sendJson(response, 200, checkReply(route, route.reply, reply))
  } catch (error) {
    sendError(response, error, log)
    return
  }
  if (!response.writableEnded) await sendBytes(response, reply as ByteReply)
}

function requireProtocol(request: IncomingMessage): void {
  const theirs = request.headers[PROTOCOL_HEADER]
  if (theirs === undefined || theirs === String(PROTOCOL_VERSION)) return
  const message = `the running daemon (perch ${PERCH_VERSION}) speaks protocol ${PROTOCOL_VERSION}, not ${theirs}`
  throw new PerchError('version-mismatch', message, { hint: 'Run: perch daemon restart (sessions go on).' })
}

function checkReply(route: Route, schema: v.GenericSchema, reply: unknown): unknown {
  const parsed = v.safeParse(schema, reply)
  if (parsed.success) return parsed.output
  const [issue] = parsed.issues
  throw new PerchError(
    'internal',
    `the reply to ${route.method} ${route.path} is wrong at ${v.getDotPath(issue)}: ${issue.message}`,
  )
}

function sendJson(response: ServerResponse, status: number, document: unknown): void {
  const body = Buffer.from(`${JSON.stringify(document)}\n`)
  response.writeHead(status, { 'content-type': 'application/json; charset=utf-8', 'content-length': body.byteLength })
  response.end(body)
}

async function sendBytes(response: ServerResponse, reply: ByteReply): Promise<void> {
  response.writeHead(200, {
    'content-type': 'application/octet-stream',
    'content-length': reply.length,
    [OFFSET_HEADER]: String(reply.offset),
  })
  await pipeline(reply.bytes, response)
}

function sendError(response: ServerResponse, error: unknown, log: DaemonLog): void {
  if (!(error instanceof PerchError) || error.code === 'internal') log.warn('a request failed', errorFields(error))
  const known =
    error instanceof PerchError ? error : new PerchError('internal', messageOf(error), { hint: 'See perch daemon logs.' })
  const { code, message, hint = null } = known
  // What is left of a refused body is not read: the connection cannot carry another request.
  response.setHeader('connection', 'close')
  sendJson(response, httpStatusOf(code), { schema: 1, error: { code, message, hint } })
}
