/**
 * Receives the telemetry that the session's agent exports (OTLP over HTTP, in JSON): on a port of the loopback interface that the system
 * chooses, for whoever has the token, for as long as the agent lives. What holds nothing that is wanted is taken and dropped.
 */
import { timingSafeEqual } from 'node:crypto'
import { once } from 'node:events'
import type { IncomingMessage, Server, ServerResponse } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'
import { setImmediate as nextTurn, setTimeout as sleep } from 'node:timers/promises'
import { PerchError } from '../../platform/perch-error.js'
import { readBoundedBody } from './bounded-body.js'

export interface ExportReceiverOptions {
  readonly token: string
  readonly from: 'logs' | 'traces'
  /** An export in which none of these words is found is not even parsed. */
  readonly words: readonly string[]
  /** A parsed export. Where it throws, the agent is told to come again. */
  readonly onExport: (body: unknown) => void
  readonly report: (problem: unknown) => void
}

/** The agent's own exporter uses one. */
const CONNECTIONS_LIMIT = 16
/** From a connection to its first request, and for the rest of each. Loopback takes a millisecond. */
const REQUEST_LIMIT_MS = 10_000
/** Exports come every second while the agent works. */
const IDLE_LIMIT_MS = 30_000
/** Node's own look at connections that are late would wake the host twice a minute, also where there are none. */
const NEVER_MS = 2 ** 31 - 1

/** Accepting is one phase of the loop, reading another. */
const ACCEPTING_TURNS = 3
/** For connections of what the agent has left behind, which its death does not close. */
const DRAIN_LIMIT_MS = 500

const PATHS = ['/v1/logs', '/v1/traces', '/v1/metrics']

export class ExportReceiver {
  /** `http://127.0.0.1:PORT`. */
  readonly url: string
  readonly #server: Server
  /** Connections that were taken and are not closed. */
  readonly #open: ReadonlySet<Socket>

  /** @throws the system error when no port is to be had */
  static async open(options: ExportReceiverOptions): Promise<ExportReceiver> {
    // Of the sessions that have no telemetry, none pays for it.
    const { createServer } = await import('node:http')
    const late = new Map<Socket, NodeJS.Timeout>()
    const open = new Set<Socket>()
    const awaited = (socket: Socket) => {
      clearTimeout(late.get(socket))
      // A program that owns a session is not kept alive by it.
      late.set(socket, setTimeout(() => socket.destroy(), REQUEST_LIMIT_MS).unref())
    }
    const cameInTime = (socket: Socket) => {
      clearTimeout(late.get(socket))
      late.delete(socket)
    }
    const server = createServer({ connectionsCheckingInterval: NEVER_MS }, (request, response) => {
      const { socket } = request
      awaited(socket)
      response.once('finish', () => cameInTime(socket))
      answer(request, response, options).catch((error) => {
        options.report(error)
        response.destroy()
      })
    })
    server.maxConnections = CONNECTIONS_LIMIT
    server.on('connection', (socket) => {
      awaited(socket)
      open.add(socket)
      socket.once('close', () => {
        cameInTime(socket)
        open.delete(socket)
      })
    })
    server.keepAliveTimeout = IDLE_LIMIT_MS
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject)
      server.listen(0, '127.0.0.1', () => {
        server.off('error', reject)
        resolve()
      })
    })
    server.on('error', options.report)
    return new ExportReceiver(server, open)
  }

  private constructor(server: Server, open: ReadonlySet<Socket>) {
    this.#server = server
    this.#open = open
    this.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  }

  /**
   * The agent is gone: takes what it has sent at last, which may still lie in the system, unread. Its connections are closed by
   * its death, behind what it sent; others are not waited for long.
   */
  async drained(): Promise<void> {
    // Who has connected is taken in the next turns of the loop.
    for (let turn = 0; turn < ACCEPTING_TURNS; turn += 1) await nextTurn()
    const closed = [...this.#open].map((socket) => once(socket, 'close').catch(() => undefined))
    await Promise.race([Promise.all(closed), sleep(DRAIN_LIMIT_MS, undefined, { ref: false })])
  }

  close(): void {
    this.#server.close()
    this.#server.closeAllConnections()
  }
}

async function answer(request: IncomingMessage, response: ServerResponse, options: ExportReceiverOptions): Promise<void> {
  const reply = (status: number) => {
    response.writeHead(status, { 'content-type': 'application/json', ...(status >= 400 && { connection: 'close' }) }).end('{}')
  }
  if (!isAllowed(request.headers.authorization, options.token)) return reply(401)
  const path = request.url?.split('?')[0] ?? ''
  if (!PATHS.includes(path)) return reply(404)
  if (request.method !== 'POST') return reply(405)
  const isWanted = path === `/v1/${options.from}`
  if (isWanted && !/^application\/json\b/i.test(request.headers['content-type'] ?? '')) return reply(415)
  let body: unknown
  try {
    const bytes = await readBoundedBody(request)
    if (!isWanted || !options.words.some((word) => bytes.includes(word))) return reply(200)
    body = JSON.parse(bytes.toString('utf8'))
  } catch (error) {
    if (error instanceof PerchError && error.code === 'request-too-large') return reply(413)
    // What is no JSON will be none the next time either.
    return reply(400)
  }
  try {
    options.onExport(body)
  } catch (error) {
    // The disk is full: the agent's exporter tries again.
    options.report(error)
    return reply(503)
  }
  reply(200)
}

function isAllowed(header: string | undefined, token: string): boolean {
  const [given, expected] = [Buffer.from(header ?? ''), Buffer.from(`Bearer ${token}`)]
  return given.byteLength === expected.byteLength && timingSafeEqual(given, expected)
}
