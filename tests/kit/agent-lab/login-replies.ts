/** What the vendor's hosts answer to a client with a login: tokens, the account's profile, messages with the windows of its limits. */
import * as v from 'valibot'
import { ACCESS_TOKEN_LIFE_S, type InventedAccounts, identityOf, TOKEN_SCOPE } from './invented-accounts.js'
import { answerOf, LITTLE_USAGE, parseMessagesRequest, promptOf, type Usage } from './messages.js'
import type { Script } from './provider.js'
import { jsonReply, type RecordedRequest, type Reply, summaryOf } from './request-log.js'

export interface AnsweredPrompt {
  readonly email: string
  readonly prompt: string
}

/** A request to a model as it was answered, the client's own included. */
export interface ServedRequest {
  readonly email: string
  readonly requestId: string
  readonly model: string
  readonly usage: Usage
}

/** The shares of an account's allowances that are used up, from 0 to 1, and when they begin anew (s). */
export interface Allowances {
  readonly fiveHours: number
  readonly fiveHoursReset: number
  readonly sevenDays: number
  readonly sevenDaysReset: number
}

export interface LoginScene {
  readonly accounts: InventedAccounts
  readonly script: Script
  readonly served: ServedRequest[]
  /** Of an account at this moment; with nothing left its requests are refused. */
  readonly allowances: (email: string) => Allowances
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

function messagesReply(scene: LoginScene, request: RecordedRequest): Reply {
  const { accounts, script, prompts, served } = scene
  const email = emailOfRequest(accounts, request)
  if (email === undefined) return unauthorized()
  const asked = parseMessagesRequest(request.body)
  if (asked === undefined)
    return jsonReply(400, { type: 'error', error: { type: 'invalid_request_error', message: 'no messages' } })
  const prompt = promptOf(asked)
  // The client asks on its own account too (a title for the conversation): then nobody typed anything.
  if (prompt !== '') prompts.push({ email, prompt })
  const allowances = scene.allowances(email)
  const requestId = `req_lab${served.length + 1}`
  const headers = { 'request-id': requestId, ...rateLimitHeaders(allowances) }
  if (allowances.fiveHours >= 1) {
    const error = { type: 'rate_limit_error', message: 'This allowance is used up' }
    return jsonReply(429, { type: 'error', error }, { ...headers, 'x-should-retry': 'false' })
  }
  const said = script(prompt, asked)
  const usage = (typeof said === 'string' ? undefined : said.usage) ?? LITTLE_USAGE
  served.push({ email, requestId, model: asked.model, usage })
  return { status: 200, headers, ...answerOf(asked, said) }
}

/** The windows of a subscription, as the client reads them from every answer. */
function rateLimitHeaders({ fiveHours, fiveHoursReset, sevenDays, sevenDaysReset }: Allowances): Record<string, string> {
  return {
    'anthropic-ratelimit-unified-status': fiveHours >= 1 ? 'rejected' : 'allowed',
    'anthropic-ratelimit-unified-reset': String(fiveHoursReset),
    'anthropic-ratelimit-unified-5h-utilization': String(fiveHours),
    'anthropic-ratelimit-unified-5h-reset': String(fiveHoursReset),
    'anthropic-ratelimit-unified-7d-utilization': String(sevenDays),
    'anthropic-ratelimit-unified-7d-reset': String(sevenDaysReset),
  }
}

function emailOfRequest(accounts: InventedAccounts, request: RecordedRequest): string | undefined {
  return accounts.emailOf(request.headers.authorization?.replace(/^Bearer /, '') ?? '')
}

function unauthorized(): Reply {
  return jsonReply(401, { type: 'error', error: { type: 'authentication_error', message: 'OAuth token has expired' } })
}
