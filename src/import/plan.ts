/** What an import is to do, decided on what was found. Pure. Each account becomes one profile, once; who has one already keeps it. */
import type { FoundAccount, SourceName } from './found-account.js'
import type { ImportNote } from './import-note.js'
import type { ImportQuestion } from './import-question.js'
import { type LoginPlan, planLogin, titleOf } from './plan-login.js'
import { isSameLogin, latestOf } from './same-login.js'
import { suggestName } from './suggest-name.js'

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
  const { accounts, isWanted, profiles } = question
  const unfinished = profiles.flatMap(({ name, note }) => (note?.login === 'moving' ? [unfinishedImport(name, note)] : []))
  const unfinishedKeys = new Set(unfinished.map(({ note }) => note.key))
  const taken = profiles.map(({ name }) => name)
  const planned = accounts
    .filter((account) => isWanted(account) && !unfinishedKeys.has(account.key))
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
  const asked = question.accounts.filter(question.isWanted)
  const latest = latestOf(asked, account)
  if (latest !== account) return { ...named, outcome: 'skipped', why: `it is the same account as ${titleOf(latest)}` }
  const profile = suggestName(account, taken)
  return { ...named, outcome: 'new', profile, login: planLogin(question, account, profile) }
}
