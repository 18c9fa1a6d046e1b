/**
 * What the bytes of a credential file are. Reads only as much as it takes to tell a login from a blanked one and from a
 * file that is still being written; nothing is kept, printed or interpreted beyond that.
 */
import type { CredentialFacts } from './agent-definition.js'

type JsonObject = Readonly<Record<string, unknown>>

export type LoginReading =
  /** A login with a token. When its token expires, and when the login itself ends: in ms, null where the file does not say. */
  | { readonly kind: 'login'; readonly document: JsonObject; readonly expiresAt: number | null; readonly endsAt: number | null }
  /** The login block is there with its tokens blank: the client does this after a refused refresh, and at logout. */
  | { readonly kind: 'blanked'; readonly document: JsonObject }
  /** A whole file without a login block, as of a profile with an API key. */
  | { readonly kind: 'no-login'; readonly document: JsonObject }
  /** Empty, cut off, `{}` or not an object: somebody is in the middle of writing it. */
  | { readonly kind: 'incomplete' }

/** Reads the bytes of a credential file. */
export function readLogin(facts: CredentialFacts, bytes: Uint8Array): LoginReading {
  const document = parseObject(bytes)
  if (document === undefined || Object.keys(document).length === 0) return { kind: 'incomplete' }
  const block = facts.block === null ? document : document[facts.block]
  if (block === undefined) return { kind: 'no-login', document }
  if (!isObject(block)) return { kind: 'incomplete' }
  const tokens = facts.tokens.flatMap((path) => valuesAt(block, path)).filter((value) => value !== undefined)
  if (tokens.some((token) => typeof token === 'string' && token.trim() !== '')) {
    return { kind: 'login', document, expiresAt: timeAt(block, facts.expiresAt), endsAt: timeAt(block, facts.endsAt) }
  }
  if (tokens.length > 0) return { kind: 'blanked', document }
  return facts.block === null ? { kind: 'no-login', document } : { kind: 'incomplete' }
}

/** The tokens of a login, none of them blank: only to compare two logins with each other, never to be shown. */
export function loginTokens(facts: CredentialFacts, document: JsonObject): readonly string[] {
  const block = facts.block === null ? document : document[facts.block]
  const tokens = isObject(block) ? facts.tokens.flatMap((path) => valuesAt(block, path)) : []
  return tokens.filter((token): token is string => typeof token === 'string' && token.trim() !== '')
}

function timeAt(block: JsonObject, path: readonly string[] | null): number | null {
  const value = path === null ? undefined : valuesAt(block, path)[0]
  return typeof value === 'number' && Number.isFinite(value) ? value : null
}

function valuesAt(value: unknown, path: readonly string[]): readonly unknown[] {
  const [segment, ...rest] = path
  if (segment === undefined) return [value]
  if (!isObject(value)) return []
  if (segment === '*') return Object.values(value).flatMap((entry) => valuesAt(entry, rest))
  return Object.hasOwn(value, segment) ? valuesAt(value[segment], rest) : []
}

function parseObject(bytes: Uint8Array): JsonObject | undefined {
  try {
    const value: unknown = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes))
    return isObject(value) ? value : undefined
  } catch {
    // Not JSON, or not UTF-8: a file that is being written; the caller looks again or keeps it aside.
    return undefined
  }
}

function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
