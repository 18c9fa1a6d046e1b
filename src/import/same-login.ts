/** Which of the logins that were found are one login, or logins of one account. Pure. */
import { type FoundAccount, isSameIdentity, type LoginHolder } from './found-account.js'

/** A switcher keeps one login of an account, so the same account elsewhere is that login at another age. */
export function isSameLogin(account: FoundAccount, holder: LoginHolder): boolean {
  if (sharesToken(tokensOf(account), holder.tokens)) return true
  return account.source !== 'home' && isSameIdentity(account.identity, holder.identity)
}

/** Of the same account in several places the one whose login is the latest. */
export function latestOf(accounts: readonly FoundAccount[], account: FoundAccount): FoundAccount {
  return accounts.filter((one) => isSameAccount(account, one)).reduce(later, account)
}

/** Whether both hold the very same login. */
export function hasSameTokens(one: FoundAccount, other: FoundAccount): boolean {
  return sharesToken(tokensOf(one), tokensOf(other))
}

function isSameAccount(one: FoundAccount, other: FoundAccount): boolean {
  if (one === other || one.login.kind !== 'stored' || other.login.kind !== 'stored') return one === other
  if (sharesToken(tokensOf(one), tokensOf(other))) return true
  return one.source !== 'home' && other.source !== 'home' && isSameIdentity(one.identity, other.identity)
}

/** Of two that are as late as each other the one that comes first in the order of the sources and their names. */
function later(one: FoundAccount, other: FoundAccount): FoundAccount {
  const [a, b] = [expiryOf(one), expiryOf(other)]
  if (a !== b) return a > b ? one : other
  return `${one.source} ${one.key}` <= `${other.source} ${other.key}` ? one : other
}

function expiryOf({ login }: FoundAccount): number {
  return login.kind === 'stored' ? (login.login.expiresAt ?? 0) : 0
}

function tokensOf({ login }: FoundAccount): readonly string[] {
  return login.kind === 'stored' ? login.login.tokens : []
}

function sharesToken(some: readonly string[], others: readonly string[]): boolean {
  return some.some((token) => others.includes(token))
}
