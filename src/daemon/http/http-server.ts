/**
 * The control API over HTTP: dispatch on the table of routes, every body and every reply checked against its schema,
 * every failure an `ErrorReply`. It knows no sessions; the handlers do.
 */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import { type Route, type RouteBody, type RouteName, type RouteReply, routes } from '../../api/routes.js'
import { PROTOCOL_HEADER, PROTOCOL_VERSION, VERSION_HEADER } from '../../api/version.js'
import { PERCH_VERSION } from '../../platform/bundles.js'
import { PerchError } from '../../platform/perch-error.js'
import { type DaemonLog, errorFields } from '../daemon-log.js'
import { readBody } from './http-body.js'
import { type ByteReply, sendBytes, sendError, sendJson } from './http-reply.js'
import { matchRoute } from './match-route.js'
import { replyText } from './reply-text.js'

export interface ApiRequest<B> {
  /** The path's parameters, decoded. */
  readonly path: Readonly<Record<string, string>>
  readonly query: URLSearchParams
  readonly body: B
  /** Aborted when the reply is sent, or cannot be sent any more. */
  readonly signal: AbortSignal
}

export type ApiHandlers = {
  readonly [N in RouteName]: (
    request: ApiRequest<RouteBody<N>>,
  ) => Promise<[RouteReply<N>] extends [never] ? ByteReply : RouteReply<N>>
}

/** Requests name only a path; whatever a client takes for the name of the socket is of no interest. */
const ORIGIN = 'http://perch'

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
  response.setHeader(VERSION_HEADER, PERCH_VERSION)
  let reply: unknown
  try {
    const { pathname, searchParams } = addressOf(request)
    const { name, path } = matchRoute(request.method ?? 'GET', pathname)
    requireProtocol(request)
    const route: Route = routes[name]
    const body = route.body ? await readBody(request, route.body) : undefined
    const handler = handlers[name] as AnyHandler
    const gone = new AbortController()
    response.once('close', () => gone.abort())
    reply = await handler({ path, query: searchParams, body, signal: gone.signal })
    if (route.reply) sendJson(response, 200, replyText(route, reply))
  } catch (error) {
    sendError(response, error, log)
    return
  }
  if (!response.writableEnded) await sendBytes(response, reply as ByteReply)
}

/** @throws PerchError `bad-request` */
function addressOf({ url = '/' }: IncomingMessage): URL {
  if (URL.canParse(url, ORIGIN)) return new URL(url, ORIGIN)
  throw new PerchError('bad-request', `${JSON.stringify(url)} is no address`)
}

function requireProtocol(request: IncomingMessage): void {
  const theirs = request.headers[PROTOCOL_HEADER]
  if (theirs === undefined || theirs === String(PROTOCOL_VERSION)) return
  const message = `the running daemon (perch ${PERCH_VERSION}) speaks protocol ${PROTOCOL_VERSION}, not ${theirs}`
  throw new PerchError('version-mismatch', message, { hint: 'Run: perch daemon restart (sessions go on).' })
}
