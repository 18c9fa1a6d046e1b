/**
 * The vendor's hosts on loopback for an agent with a login: an HTTPS proxy (the documented corporate-proxy settings) that
 * terminates TLS for the two hosts the client asks, with the lab's certificate. It never connects outward: whatever else
 * is asked is answered 404 (or 403 for another host) and recorded.
 */
import { readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { createServer as createTlsServer } from 'node:https'
import { fileURLToPath } from 'node:url'
import * as v from 'valibot'
import { ACCESS_TOKEN_LIFE_S, InventedAccounts, identityOf, TOKEN_SCOPE } from './invented-accounts.js'
import { answerOf, parseMessagesRequest, promptOf } from './messages.js'
import { closeServer, listenOnLoopback, type Script } from './provider.js'
import { jsonReply, NOT_FOUND, type RecordedRequest, type Reply, recordRequest, sendReply, summaryOf } from './request-log.js'

export interface AnsweredPrompt {
  readonly email: string
  readonly prompt: string
}

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

const TokenRequest = v.looseObject({ grant_type: v.literal('refresh_token'), refresh_token: v.string() })

export async function startLoginProvider(script: Script): Promise<LoginProvider> {
  const accounts = new InventedAccounts()
  const requests: RecordedRequest[] = []
  const prompts: AnsweredPrompt[] = []
  const unexpected: string[] = []

  const answer = (request: RecordedRequest): Reply => {
    switch (summaryOf(request)) {
      case 'POST platform.claude.com/v1/oauth/token':
        return tokenReply(accounts, request.body)
      case 'GET api.anthropic.com/api/oauth/profile':
        return profileReply(accounts, request)
      case 'POST api.anthropic.com/v1/messages':
        return messagesReply(accounts, request, script, prompts)
      default:
        unexpected.push(summaryOf(request))
        return NOT_FOUND
    }
  }

  const vendor = createTlsServer(
    { key: readFileSync(certificateFile('provider.key')), cert: readFileSync(certificateFile('provider.pem')) },
    (incoming, response) => {
      recordRequest(incoming).then(
        (request) => {
          requests.push(request)
          sendReply(response, answer(request))
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

function tokenReply(accounts: InventedAccounts, body: string): Reply {
  const asked = v.safeParse(v.pipe(v.string(), v.parseJson(), TokenRequest), body)
  const granted = asked.success ? accounts.refresh(asked.output.refresh_token) : undefined
  if (granted === undefined)
    return jsonReply(400, { error: 'invalid_grant', error_description: 'Refresh token not found or invalid' })
  const { accountUuid, organizationUuid, organizationName } = identityOf(granted.email)
  return jsonReply(200, {
    token_type: 'Bearer',
    access_token: granted.accessToken,
    refresh_token: granted.refreshToken,
    expires_in: ACCESS_TOKEN_LIFE_S,
    scope: TOKEN_SCOPE,
    account: { uuid: accountUuid, email_address: granted.email },
    organization: { uuid: organizationUuid, name: organizationName },
  })
}

function profileReply(accounts: InventedAccounts, request: RecordedRequest): Reply {
  const email = emailOfRequest(accounts, request)
  if (email === undefined) return unauthorized()
  const { accountUuid, organizationUuid, organizationName } = identityOf(email)
  return jsonReply(200, {
    account: {
      uuid: accountUuid,
      email,
      full_name: 'Invented Person',
      display_name: 'Invented',
      has_claude_max: true,
      has_claude_pro: false,
    },
    organization: {
      uuid: organizationUuid,
      name: organizationName,
      organization_type: 'claude_max',
      rate_limit_tier: 'default_claude_max_5x',
    },
  })
}

function messagesReply(accounts: InventedAccounts, request: RecordedRequest, script: Script, prompts: AnsweredPrompt[]): Reply {
  const email = emailOfRequest(accounts, request)
  if (email === undefined) return unauthorized()
  const asked = parseMessagesRequest(request.body)
  if (asked === undefined)
    return jsonReply(400, { type: 'error', error: { type: 'invalid_request_error', message: 'no messages' } })
  const prompt = promptOf(asked)
  // The client asks on its own account too (a title for the conversation): then nobody typed anything.
  if (prompt !== '') prompts.push({ email, prompt })
  return { status: 200, headers: rateLimitHeaders(), ...answerOf(asked, script(prompt)) }
}

/** The windows of a subscription, as the client reads them from every answer. */
function rateLimitHeaders(): Record<string, string> {
  const nowS = Math.floor(Date.now() / 1000)
  return {
    'anthropic-ratelimit-unified-status': 'allowed',
    'anthropic-ratelimit-unified-5h-utilization': '0.25',
    'anthropic-ratelimit-unified-5h-reset': String(nowS + 3 * 60 * 60),
    'anthropic-ratelimit-unified-7d-utilization': '0.5',
    'anthropic-ratelimit-unified-7d-reset': String(nowS + 4 * 24 * 60 * 60),
  }
}

function emailOfRequest(accounts: InventedAccounts, request: RecordedRequest): string | undefined {
  return accounts.emailOf(request.headers.authorization?.replace(/^Bearer /, '') ?? '')
}

function unauthorized(): Reply {
  return jsonReply(401, { type: 'error', error: { type: 'authentication_error', message: 'OAuth token has expired' } })
}

function certificateFile(name: string): string {
  return fileURLToPath(new URL(`certificates/${name}`, import.meta.url))
}
