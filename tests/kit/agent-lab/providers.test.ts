/** The providers of the lab, asked by a plain client: what they refuse, they refuse loudly and on loopback. */
import { readFileSync } from 'node:fs'
import { connect, type Socket } from 'node:net'
import { text } from 'node:stream/consumers'
import { connect as connectTls } from 'node:tls'
import { expect, test } from 'vitest'
import { labAnswer } from './claude-screen.js'
import { type LoginProvider, startLoginProvider } from './login-provider.js'
import { startProvider } from './provider.js'
import { LAB_CA_FILE } from './tls-proxy.js'

const EMAIL = 'a@example.test'
const ASKED = JSON.stringify({ model: 'some-model', messages: [{ role: 'user', content: 'hi' }] })

test('the key provider answers prompts and records whatever else it is asked', async () => {
  await using provider = await startProvider(labAnswer)

  const answered = await fetch(`${provider.url}/v1/messages?beta=true`, { method: 'POST', body: ASKED })
  const refused = await fetch(`${provider.url}/v1/files`)

  expect(await answered.text()).toContain('The lab heard: hi')
  expect(refused.status).toBe(404)
  expect(provider.prompts).toEqual(['hi'])
  expect(provider.unexpected).toEqual([`GET ${new URL(provider.url).host}/v1/files`])
})

test('the key provider is a closed door to every other host', async () => {
  await using provider = await startProvider(labAnswer)

  expect(await connectThrough(provider.url, 'api.anthropic.com:443')).toMatch(/^HTTP\/1.1 403/)
  expect(provider.unexpected).toEqual(['CONNECT api.anthropic.com:443'])
})

test('the login provider refreshes a token once, and answers prompts of the account whose token asks', async () => {
  await using provider = await startLoginProvider(labAnswer)
  const login = provider.accounts.logIn(EMAIL, 'expired')
  const refresh = { grant_type: 'refresh_token', refresh_token: login.refreshToken }

  const granted = await ask(provider, 'platform.claude.com', 'POST /v1/oauth/token', JSON.stringify(refresh))
  const reused = await ask(provider, 'platform.claude.com', 'POST /v1/oauth/token', JSON.stringify(refresh))
  const { access_token } = JSON.parse(granted.slice(granted.indexOf('{')))
  const answered = await ask(provider, 'api.anthropic.com', 'POST /v1/messages', ASKED, access_token)

  expect(granted).toMatch(/^HTTP\/1.1 200/)
  expect(reused).toMatch(/^HTTP\/1.1 400[\s\S]*invalid_grant/)
  expect(answered).toMatch(/^HTTP\/1.1 200[\s\S]*The lab heard: hi/)
  expect(answered).toContain('anthropic-ratelimit-unified-5h-utilization: 0.25')
  expect(provider.prompts).toEqual([{ email: EMAIL, prompt: 'hi' }])
})

test('the login provider turns away a token it does not know, a path it does not play, and another host', async () => {
  await using provider = await startLoginProvider(labAnswer)

  expect(await ask(provider, 'api.anthropic.com', 'POST /v1/messages', ASKED, 'unknown')).toMatch(/^HTTP\/1.1 401/)
  expect(await ask(provider, 'api.anthropic.com', 'GET /api/else', '')).toMatch(/^HTTP\/1.1 404/)
  expect(await connectThrough(provider.proxyUrl, 'example.test:443')).toMatch(/^HTTP\/1.1 403/)
  expect(provider.unexpected).toEqual(['GET api.anthropic.com/api/else', 'CONNECT example.test:443'])
})

/** What a proxy replies to CONNECT, when it refuses. */
async function connectThrough(proxyUrl: string, target: string): Promise<string> {
  const socket = openTunnel(proxyUrl, target)
  return await text(socket)
}

/** One HTTPS request through the provider's proxy, with the lab's CA as the only trusted one; the raw reply. */
async function ask(provider: LoginProvider, host: string, request: string, body: string, token?: string): Promise<string> {
  const tunnel = openTunnel(provider.proxyUrl, `${host}:443`)
  await new Promise<void>((resolve) => tunnel.once('data', () => resolve()))
  const socket = connectTls({ socket: tunnel, servername: host, ca: readFileSync(LAB_CA_FILE) })
  const headers = [
    `${request} HTTP/1.1`,
    `host: ${host}`,
    'connection: close',
    `content-length: ${Buffer.byteLength(body)}`,
    ...(token === undefined ? [] : [`authorization: Bearer ${token}`]),
  ]
  socket.write(`${headers.join('\r\n')}\r\n\r\n${body}`)
  return await text(socket)
}

function openTunnel(proxyUrl: string, target: string): Socket {
  const { hostname, port } = new URL(proxyUrl)
  const socket = connect(Number(port), hostname)
  socket.write(`CONNECT ${target} HTTP/1.1\r\nhost: ${target}\r\n\r\n`)
  return socket
}
