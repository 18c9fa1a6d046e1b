/**
 * The vendor's hosts on loopback for an agent with a login: an HTTPS proxy (the documented corporate-proxy settings) that
 * terminates TLS for the two hosts the client asks, with the lab's certificate. It never connects outward: whatever else
 * is asked is answered 404 (or 403 for another host) and recorded.
 */
import { readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { createServer as createTlsServer } from 'node:https'
import { fileURLToPath } from 'node:url'
import { InventedAccounts } from './invented-accounts.js'
import { type AnsweredPrompt, type LoginScene, loginReply } from './login-replies.js'
import { closeServer, listenOnLoopback, type Script } from './provider.js'
import { NOT_FOUND, type RecordedRequest, type Reply, recordRequest, sendReply, summaryOf } from './request-log.js'

export interface LoginProvider extends AsyncDisposable {
  /** For `HTTPS_PROXY`. */
  readonly proxyUrl: string
  readonly accounts: InventedAccounts
  readonly requests: readonly RecordedRequest[]
  /** The prompts that were answered, with the account whose token asked. */
  readonly prompts: readonly AnsweredPrompt[]
  /** Hosts outside that were asked for, and requests to the known ones that the lab does not play. */
  readonly unexpected: readonly string[]
}

/** The CA's certificate, for `NODE_EXTRA_CA_CERTS`. */
export const LAB_CA_FILE = certificateFile('ca.pem')

const HOSTS: ReadonlySet<string> = new Set(['api.anthropic.com:443', 'platform.claude.com:443'])

/** `held` may keep a request from being answered for as long as it likes. */
export async function startLoginProvider(
  script: Script,
  held?: (request: RecordedRequest) => Promise<void> | undefined,
): Promise<LoginProvider> {
  const accounts = new InventedAccounts()
  const requests: RecordedRequest[] = []
  const prompts: AnsweredPrompt[] = []
  const unexpected: string[] = []

  const scene: LoginScene = { accounts, script, prompts }
  const answer = (request: RecordedRequest): Reply => {
    const reply = loginReply(scene, request)
    if (reply === undefined) unexpected.push(summaryOf(request))
    return reply ?? NOT_FOUND
  }

  const vendor = createTlsServer(
    { key: readFileSync(certificateFile('provider.key')), cert: readFileSync(certificateFile('provider.pem')) },
    (incoming, response) => {
      recordRequest(incoming).then(
        async (request) => {
          requests.push(request)
          await held?.(request)
          // Nothing is granted to somebody who is gone.
          if (!response.destroyed) sendReply(response, answer(request))
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
    if (!HOSTS.has(incoming.url ?? '')) {
      unexpected.push(`CONNECT ${incoming.url}`)
      socket.end('HTTP/1.1 403 Forbidden\r\n\r\n')
      return
    }
    socket.write('HTTP/1.1 200 Connection established\r\n\r\n')
    vendor.emit('connection', socket)
  })
  return {
    proxyUrl: await listenOnLoopback(proxy),
    accounts,
    requests,
    prompts,
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
