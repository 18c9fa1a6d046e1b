/**
 * What an import is to do, decided on what was found. Pure. A login moves only when nothing else can use it: not the plain
 * home, no other folder, no other tool, no profile. Whatever speaks against it is said, and the person logs in again instead.
 */
import { join } from 'node:path'
import type { PerchPaths } from '../platform/paths.js'
import { profileFolders } from '../profiles/profile-definition.js'
import { type FoundAccount, isSameIdentity, type LoginHolder, type SourceName } from './found-account.js'
import type { ImportNote } from './import-note.js'
import { suggestName } from './suggest-name.js'

/** A profile that there is, as an import sees it. */
export interface ExistingProfile {
  readonly name: string
  readonly note: ImportNote | undefined
  /** Its login; null when it has none that perch can see. */
  readonly holder: LoginHolder | null
}

export interface ImportQuestion {
  readonly paths: PerchPaths
  /** Everything that the sources hold, also those that were not asked for. */
  readonly accounts: readonly FoundAccount[]
  readonly wanted: ReadonlySet<SourceName>
  readonly profiles: readonly ExistingProfile[]
  /** The logins of the agents' plain homes: alive, and never touched. */
  readonly plainHomes: readonly LoginHolder[]
  /** Other places that hold a login. */
  readonly holders: readonly LoginHolder[]
  /** A process of the tool itself, which may use any of its logins at any moment. */
  readonly running: ReadonlyMap<SourceName, number>
}

/** What becomes of a login, and why. */
export type LoginPlan =
  | { readonly kind: 'moves'; readonly from: string; readonly to: string }
  /** It could move, but not now. */
  | { readonly kind: 'waits'; readonly from: string; readonly why: string }
  /** The person logs in. */
  | { readonly kind: 'log-in'; readonly why: string }
  /** There is nothing to do about it. */
  | { readonly kind: 'none' }

interface Named {
  readonly source: SourceName
  readonly label: string
  readonly email: string | null
}

export type PlannedImport = Named &
  (
    | { readonly outcome: 'new'; readonly account: FoundAccount; readonly profile: string; readonly login: LoginPlan }
    /** An earlier import made its profile. */
    | { readonly outcome: 'known'; readonly account: FoundAccount; readonly profile: string; readonly login: LoginPlan }
    /** An earlier import was killed while the login was on its way. */
    | { readonly outcome: 'unfinished'; readonly profile: string; readonly note: ImportNote }
    | { readonly outcome: 'skipped'; readonly account: FoundAccount; readonly why: string }
  )

/** One entry for each account that was asked for, those that were interrupted first. */
export function planImports(question: ImportQuestion): readonly PlannedImport[] {
  const { accounts, wanted, profiles } = question
  const unfinished = profiles.flatMap(({ name, note }) => (note?.login === 'moving' ? [unfinishedImport(name, note)] : []))
  const unfinishedKeys = new Set(unfinished.map(({ note }) => note.key))
  const taken = profiles.map(({ name }) => name)
  const planned = accounts
    .filter(({ source, key }) => wanted.has(source) && !unfinishedKeys.has(key))
    .map((account) => {
      const plan = planAccount(question, account, taken)
      if (plan.outcome === 'new') taken.push(plan.profile)
      return plan
    })
  return [...unfinished, ...planned]
}

function unfinishedImport(profile: string, note: ImportNote) {
  return { source: note.source, label: note.label, email: null, outcome: 'unfinished', profile, note } as const
}

function planAccount(question: ImportQuestion, account: FoundAccount, taken: readonly string[]): PlannedImport {
  const { source, label, identity } = account
  const named = { source, label, email: identity?.email ?? null, account }
  const earlier = question.profiles.find(({ note }) => note?.key === account.key)
  if (earlier) {
    const isDone = earlier.note?.login === 'moved' || earlier.holder !== null || account.login.kind === 'unusable'
    const login: LoginPlan = isDone ? { kind: 'none' } : planLogin(question, account, earlier.name)
    return { ...named, outcome: 'known', profile: earlier.name, login }
  }
  if (account.login.kind === 'unusable') return { ...named, outcome: 'skipped', why: account.login.why }
  const same = question.profiles.find(({ holder }) => holder !== null && isSameLogin(account, holder))
  if (same) return { ...named, outcome: 'skipped', why: `the profile ${same.name} is logged in to this account` }
  const leader = leaderOf(question, account)
  if (leader !== account) return { ...named, outcome: 'skipped', why: `it is the same account as ${titleOf(leader)}` }
  const profile = suggestName(account, taken)
  return { ...named, outcome: 'new', profile, login: planLogin(question, account, profile) }
}

function planLogin(question: ImportQuestion, account: FoundAccount, profile: string): LoginPlan {
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
  const other = accounts.find((one) => one !== account && sharesToken(tokensOf(account), tokensOf(one)))
  return other ? `${titleOf(other)} holds the same login` : null
}

/** A switcher keeps one login of an account, so the same account elsewhere is that login at another age. */
function isSameLogin(account: FoundAccount, holder: LoginHolder): boolean {
  if (sharesToken(tokensOf(account), holder.tokens)) return true
  return account.source !== 'home' && isSameIdentity(account.identity, holder.identity)
}

/** Of the same account in several places the one whose login is the latest. */
function leaderOf({ accounts, wanted }: ImportQuestion, account: FoundAccount): FoundAccount {
  return accounts.filter((one) => wanted.has(one.source) && isSameAccount(account, one)).reduce(later, account)
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

function titleOf({ source, label }: FoundAccount): string {
  return `${source} ${label}`
}

/** Where the profile keeps the login of this account's agent. */
export function durablePath(paths: PerchPaths, profile: string, { agent }: Pick<FoundAccount, 'agent'>): string {
  return join(profileFolders(paths, profile).credentials, agent.relocation?.credential.file ?? '')
}
