/** What a profile holds where its login is to be: nothing, a login, or a file without one. */
import type { CredentialFacts } from '../agents/agent-definition.js'
import { type LoginReading, loginTokens, readLogin } from '../agents/login-facts.js'
import { readFileIfPresent } from '../platform/files/atomic-file.js'
import { takeOverBeside } from '../runtime/sync/credential-union.js'
import { isSameJson } from '../runtime/sync/json-value.js'

export function hasLogin(facts: CredentialFacts, durable: string): boolean {
  return readDurable(facts, durable)?.kind === 'login'
}

/** Whether the profile's login has the tokens of this one. */
export function isSameLogin(facts: CredentialFacts, login: Buffer, durable: string): boolean {
  const [one, other] = [readLogin(facts, login), readDurable(facts, durable)]
  if (one.kind !== 'login' || other?.kind !== 'login') return false
  return isSameJson(loginTokens(facts, one.document), loginTokens(facts, other.document))
}

/** The login, with what the profile's file holds beside one (logins at MCP servers, of a profile that ran with a key). */
export function withWhatIsThere(facts: CredentialFacts, login: Buffer, durable: string): Uint8Array {
  const [mine, there] = [readLogin(facts, login), readDurable(facts, durable)]
  if (facts.block === null || mine.kind === 'incomplete' || there === undefined || there.kind === 'incomplete') return login
  return Buffer.from(JSON.stringify(takeOverBeside(facts, mine.document, there.document)))
}

function readDurable(facts: CredentialFacts, durable: string): LoginReading | undefined {
  const bytes = readFileIfPresent(durable)
  return bytes && readLogin(facts, bytes)
}
