/** The vendor's hosts on loopback for a Claude Code with a login: the two that the client asks. */
import { InventedAccounts } from './invented-accounts.js'
import { type AnsweredPrompt, type LoginScene, loginReply } from './login-replies.js'
import type { Script } from './provider.js'
import type { RecordedRequest } from './request-log.js'
import { startTlsProxy, type TlsProxy } from './tls-proxy.js'

export interface LoginProvider extends TlsProxy {
  readonly accounts: InventedAccounts
  /** The prompts that were answered, with the account whose token asked. */
  readonly prompts: readonly AnsweredPrompt[]
}

/** `held` may keep a request from being answered for as long as it likes. */
export async function startLoginProvider(
  script: Script,
  held?: (request: RecordedRequest) => Promise<void> | undefined,
): Promise<LoginProvider> {
  const accounts = new InventedAccounts()
  const prompts: AnsweredPrompt[] = []
  const scene: LoginScene = { accounts, script, prompts }
  const proxy = await startTlsProxy({
    hosts: ['api.anthropic.com', 'platform.claude.com'],
    answer: (request) => loginReply(scene, request),
    held,
  })
  return { ...proxy, accounts, prompts, [Symbol.asyncDispose]: () => proxy[Symbol.asyncDispose]() }
}
