/** What the vendor's hosts answer to a client with a login: tokens, the account's profile, messages with the windows of its limits. */
import * as v from 'valibot'
import { ACCESS_TOKEN_LIFE_S, type InventedAccounts, identityOf, TOKEN_SCOPE } from './invented-accounts.js'
import { answerOf, parseMessagesRequest, promptOf } from './messages.js'
import type { Script } from './provider.js'
import { jsonReply, type RecordedRequest, type Reply, summaryOf } from './request-log.js'

export interface AnsweredPrompt {
  readonly email: string
  readonly prompt: string
}

export interface LoginScene {
  readonly accounts: InventedAccounts
  readonly script: Script
  /** Grows with each prompt that a person typed and that was answered. */
  readonly prompts: AnsweredPrompt[]
}

const TokenRequest = v.looseObject({ grant_type: v.literal('refresh_token'), refresh_token: v.string() })

/** The reply to a request; undefined for what the lab does not play. */
export function loginReply(scene: LoginScene, request: RecordedRequest): Reply | undefined {
  switch (summaryOf(request)) {
    case 'POST platform.claude.com/v1/oauth/token':
      return tokenReply(scene.accounts, request.body)
    case 'GET api.anthropic.com/api/oauth/profile':
      return profileReply(scene.accounts, request)
    case 'POST api.anthropic.com/v1/messages':
      return messagesReply(scene, request)
    default:
      return undefined
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

function messagesReply({ accounts, script, prompts }: LoginScene, request: RecordedRequest): Reply {
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
