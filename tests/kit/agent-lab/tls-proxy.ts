/**
 * An HTTPS proxy on loopback (the documented corporate-proxy settings) that terminates TLS for a vendor's hosts with the lab's
 * certificate. It never connects outward: what the lab does not play is answered 404 (or 403 for another host) and recorded.
 */
import { readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { createServer as createTlsServer } from 'node:https'
import { fileURLToPath } from 'node:url'
import { closeServer, listenOnLoopback } from './provider.js'
import { NOT_FOUND, type RecordedRequest, type Reply, recordRequest, sendReply, summaryOf } from './request-log.js'

export interface TlsProxy extends AsyncDisposable {
  /** For `HTTPS_PROXY`. */
  readonly proxyUrl: string
  readonly requests: readonly RecordedRequest[]
  /** Hosts outside that were asked for, and requests to the known ones that the lab does not play. */
  readonly unexpected: readonly string[]
}

export interface TlsProxyOptions {
  /** Without ports; the certificate must be for them (`make-certificates.sh`). */
  readonly hosts: readonly string[]
  /** Undefined: not played. */
  readonly answer: (request: RecordedRequest) => Reply | undefined
  /** May keep a request from being answered for as long as it likes. */
  readonly held?: ((request: RecordedRequest) => Promise<void> | undefined) | undefined
}

/** The CA's certificate, for `NODE_EXTRA_CA_CERTS`. */
export const LAB_CA_FILE = certificateFile('ca.pem')

export async function startTlsProxy({ hosts, answer, held }: TlsProxyOptions): Promise<TlsProxy> {
  const requests: RecordedRequest[] = []
  const unexpected: string[] = []
  const reply = (request: RecordedRequest): Reply => {
    const played = answer(request)
    if (played === undefined) unexpected.push(summaryOf(request))
    return played ?? NOT_FOUND
  }
  const vendor = createTlsServer(
    { key: readFileSync(certificateFile('provider.key')), cert: readFileSync(certificateFile('provider.pem')) },
    (incoming, response) => {
      recordRequest(incoming).then(
        async (request) => {
          requests.push(request)
          await held?.(request)
          // Nothing is granted to somebody who is gone.
          if (!response.destroyed) sendReply(response, reply(request))
        },
        // The agent was ended in the middle of a request.
        () => response.destroy(),
      )
    },
  )
  const proxy = createServer((incoming, response) => {
    unexpected.push(`${incoming.method} ${incoming.url}`)
    sendReply(response, NOT_FOUND)
  })
  const tunnels = new Set<{ destroy(): void }>()
  proxy.on('connect', (incoming, socket) => {
    tunnels.add(socket)
    // An agent that is ended resets its connections.
    socket.on('error', () => socket.destroy())
    socket.once('close', () => tunnels.delete(socket))
    if (!hosts.some((host) => incoming.url === `${host}:443`)) {
      unexpected.push(`CONNECT ${incoming.url}`)
      socket.end('HTTP/1.1 403 Forbidden\r\n\r\n')
      return
    }
    socket.write('HTTP/1.1 200 Connection established\r\n\r\n')
    vendor.emit('connection', socket)
  })
  return {
    proxyUrl: await listenOnLoopback(proxy),
    requests,
    unexpected,
    async [Symbol.asyncDispose]() {
      // A socket that became a tunnel is no connection of the server any more.
      for (const tunnel of tunnels) tunnel.destroy()
      await closeServer(proxy)
    },
  }
}

function certificateFile(name: string): string {
  return fileURLToPath(new URL(`certificates/${name}`, import.meta.url))
}
