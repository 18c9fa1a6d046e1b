/**
 * A login of Gemini CLI with invented content, and the vendor's hosts on loopback for it: an expired token is refreshed, and
 * whoever asks is told that the account may not use the service, which ends the agent.
 */
import { jsonReply, type RecordedRequest, type Reply } from './request-log.js'
import { startTlsProxy, type TlsProxy } from './tls-proxy.js'

/** What `oauth_creds.json` holds after a login that has expired since. */
export function expiredLogin(account: string): Readonly<Record<string, unknown>> {
  return {
    access_token: `invented-old-${account}`,
    refresh_token: `invented-refresh-${account}`,
    scope: SCOPE,
    token_type: 'Bearer',
    expiry_date: 1_000,
  }
}

/** The token that a refresh of this account's login brings. */
export function refreshedToken(account: string): string {
  return `invented-new-${account}`
}

export function startGeminiProvider(): Promise<TlsProxy> {
  return startTlsProxy({
    hosts: ['oauth2.googleapis.com', 'www.googleapis.com', 'cloudcode-pa.googleapis.com'],
    answer: (request) => ANSWERS[request.host.replace(/\..*$/, '')]?.(request),
  })
}

const SCOPE = 'https://www.googleapis.com/auth/cloud-platform'

const ANSWERS: Readonly<Record<string, (request: RecordedRequest) => Reply | undefined>> = {
  oauth2: ({ path, body }) => {
    if (path.startsWith('/tokeninfo')) return jsonReply(200, { scope: SCOPE, expires_in: '3599' })
    const account = /refresh_token=invented-refresh-(\w+)/.exec(body)?.[1]
    if (path !== '/token' || account === undefined) return undefined
    return jsonReply(200, { access_token: refreshedToken(account), expires_in: 3600, token_type: 'Bearer', scope: SCOPE })
  },
  www: ({ path }) => (path.startsWith('/oauth2/v2/userinfo') ? jsonReply(200, { email: 'somebody@example.test' }) : undefined),
  // Of the refusals the one after which the agent does not try again.
  'cloudcode-pa': () => jsonReply(400, { error: { code: 400, message: 'not for this account', status: 'INVALID_ARGUMENT' } }),
}
