/** The vendor's hosts on loopback for a Claude Code with a login: the two that the client asks. */
import { InventedAccounts } from './invented-accounts.js'
import { type Allowances, type AnsweredPrompt, type LoginScene, loginReply, type ServedRequest } from './login-replies.js'
import type { Script } from './provider.js'
import type { RecordedRequest } from './request-log.js'
import { startTlsProxy, type TlsProxy } from './tls-proxy.js'

export interface LoginProvider extends TlsProxy {
  readonly accounts: InventedAccounts
  /** The prompts that were answered, with the account whose token asked. */
  readonly prompts: readonly AnsweredPrompt[]
  /** The requests that were answered, in order. */
  readonly served: readonly ServedRequest[]
  /** What accounts have left from now on. */
  allow(allowances: (email: string) => Allowances): void
}

const HOUR_S = 3_600

/** `held` may keep a request from being answered for as long as it likes. */
export async function startLoginProvider(
  script: Script,
  held?: (request: RecordedRequest) => Promise<void> | undefined,
): Promise<LoginProvider> {
  const accounts = new InventedAccounts()
  const prompts: AnsweredPrompt[] = []
  const served: ServedRequest[] = []
  const begun = someAllowances()
  let allowances = (_email: string) => begun
  const scene: LoginScene = { accounts, script, prompts, served, allowances: (email) => allowances(email) }
  const proxy = await startTlsProxy({
    hosts: ['api.anthropic.com', 'platform.claude.com'],
    answer: (request) => loginReply(scene, request),
    held,
  })
  const allow = (next: typeof allowances) => {
    allowances = next
  }
  return { ...proxy, accounts, prompts, served, allow, [Symbol.asyncDispose]: () => proxy[Symbol.asyncDispose]() }
}

/** A quarter, and a half. */
function someAllowances(): Allowances {
  const nowS = Math.floor(Date.now() / 1000)
  return { fiveHours: 0.25, fiveHoursReset: nowS + 3 * HOUR_S, sevenDays: 0.5, sevenDaysReset: nowS + 96 * HOUR_S }
}
