/**
 * What becomes of the login of one account. Pure. It moves only when nothing else can use it: not the plain home, no other
 * folder, no other tool. Whatever speaks against it is said.
 */
import { join } from 'node:path'
import type { PerchPaths } from '../platform/paths.js'
import { profileFolders } from '../profiles/profile-definition.js'
import type { FoundAccount } from './found-account.js'
import type { ImportQuestion } from './import-question.js'
import { hasSameTokens, isSameLogin } from './same-login.js'

/** What becomes of a login, and why. */
export type LoginPlan =
  | { readonly kind: 'moves'; readonly from: string; readonly to: string }
  /** It could move, but not now. */
  | { readonly kind: 'waits'; readonly from: string; readonly why: string }
  /** The person logs in. */
  | { readonly kind: 'log-in'; readonly why: string }
  /** There is nothing to do about it. */
  | { readonly kind: 'none' }

/** What becomes of the account's login, if the account becomes this profile. */
export function planLogin(question: ImportQuestion, account: FoundAccount, profile: string): LoginPlan {
  const { login, source } = account
  if (login.kind === 'unusable') return { kind: 'none' }
  if (login.kind === 'absent') return login.why === null ? { kind: 'none' } : { kind: 'log-in', why: `its login ${login.why}` }
  const usedElsewhere = reasonToStay(question, account)
  if (usedElsewhere !== null) return { kind: 'log-in', why: usedElsewhere }
  const from = login.login.path
  const pid = question.running.get(source)
  if (pid !== undefined) return { kind: 'waits', from, why: `${source} runs (process ${pid}) and may use it: end it first` }
  const [obstacle] = account.obstacles
  if (obstacle !== undefined) return { kind: 'waits', from, why: obstacle }
  return { kind: 'moves', from, to: durablePath(question.paths, profile, account) }
}

/** A refresh token is good for one use: whoever else holds this one would be logged out, or log the profile out. */
function reasonToStay({ plainHomes, holders, accounts }: ImportQuestion, account: FoundAccount): string | null {
  if (account.isActive) return `${account.source} uses it for the plain home now, which is the profile default`
  const plain = plainHomes.find((holder) => isSameLogin(account, holder))
  if (plain) return `${plain.title} is logged in to this account, and is the profile default`
  const holder = holders.find((one) => isSameLogin(account, one))
  if (holder) return `${holder.title} holds a login of this account too`
  const other = accounts.find((one) => one !== account && hasSameTokens(account, one))
  return other ? `${titleOf(other)} holds the same login` : null
}

/** Where the profile keeps the login of this account's agent. */
export function durablePath(paths: PerchPaths, profile: string, { agent }: Pick<FoundAccount, 'agent'>): string {
  return join(profileFolders(paths, profile).credentials, agent.relocation?.credential.file ?? '')
}

/** The account for a message. */
export function titleOf({ source, label }: FoundAccount): string {
  return `${source} ${label}`
}
