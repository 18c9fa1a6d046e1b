/** An import as people and programs are told of it: every move with where from and where to, and why a login stays. Pure. */
import type { ImportResult } from '../import/import-accounts.js'
import type { PlannedImport } from '../import/plan.js'
import type { LoginPlan } from '../import/plan-login.js'

export interface ShownImport {
  readonly isDryRun: boolean
  readonly results: readonly ImportResult[]
  readonly notes: readonly string[]
}

/** For people. */
export function importLines({ isDryRun, results, notes }: ShownImport): readonly string[] {
  const lines = results.flatMap((result) => [
    `${titleOf(result.item)}: ${outcomeText(result, isDryRun)}`,
    ...detailsOf(result, isDryRun).map((line) => `  ${line}`),
  ])
  return [...lines, ...notes, ...lastLine(results, notes, isDryRun)]
}

/** For programs. */
export function importDocument({ isDryRun, results, notes }: ShownImport) {
  return { dryRun: isDryRun, items: results.map((result) => itemOf(result, isDryRun)), notes }
}

function titleOf({ source, label, email }: PlannedImport): string {
  return email === null || email === label ? `${source} ${label}` : `${source} ${label} (${email})`
}

function outcomeText({ item, move, problem }: ImportResult, isDryRun: boolean): string {
  switch (item.outcome) {
    case 'skipped':
      return `left alone: ${item.why}`
    case 'known':
      return `was imported before, as the profile ${item.profile}`
    case 'new':
      if (isDryRun) return `would become the profile ${item.profile}`
      return problem !== null && move === null ? `the profile ${item.profile}, see below` : `made the profile ${item.profile}`
    case 'unfinished':
      if (isDryRun) return `an import into the profile ${item.profile} was interrupted, and would be completed`
      return `an import into the profile ${item.profile} was interrupted${problem === null ? ', and is completed' : ''}`
  }
}

function detailsOf({ item, move, problem }: ImportResult, isDryRun: boolean): readonly string[] {
  if (item.outcome === 'skipped') return []
  if (item.outcome === 'unfinished') return unfinishedDetails(item, move)
  const { account, login, profile, outcome } = item
  const key =
    outcome === 'new' && hasKey(account.env) ? ["Its API key is in the profile's own file too; it stays in the source."] : []
  return [
    ...loginDetails(login, { profile, isMoved: move !== null, isDryRun, failed: problem !== null }),
    ...key,
    ...(outcome === 'new' ? account.notes : []),
  ]
}

function unfinishedDetails(
  { note }: Extract<PlannedImport, { outcome: 'unfinished' }>,
  move: ImportResult['move'],
): readonly string[] {
  switch (move?.kind) {
    case 'moved':
      return [`Its login was moved from ${note.moving?.from}.`]
    case 'kept-aside':
      return [`The profile has another login by now; the moved one is kept in ${move.path}.`]
    default:
      return []
  }
}

interface Circumstances {
  readonly profile: string
  readonly isMoved: boolean
  readonly isDryRun: boolean
  readonly failed: boolean
}

function loginDetails(login: LoginPlan, { profile, isMoved, isDryRun, failed }: Circumstances): readonly string[] {
  switch (login.kind) {
    case 'none':
      return []
    case 'moves':
      if (isMoved) return [`Its login was moved from ${login.from}`, `to ${login.to}.`]
      if (isDryRun) return [`With --yes its login moves from ${login.from}`, `to ${login.to}.`]
      return failed ? [] : [`Its login stays in ${login.from}: --yes moves it, or log in anew with: perch login ${profile}`]
    case 'waits':
      return [`Its login stays in ${login.from}: ${login.why}. Import again after that.`]
    case 'log-in':
      return [`Log in with: perch login ${profile} (${login.why}).`]
  }
}

function lastLine(results: readonly ImportResult[], notes: readonly string[], isDryRun: boolean): readonly string[] {
  if (results.length === 0) return notes.length === 0 ? ['There is nothing to import.'] : []
  if (isDryRun) return ['Nothing was changed: this was a dry run.']
  const isChanged = results.some(({ item, move }) => item.outcome === 'new' || item.outcome === 'unfinished' || move !== null)
  return isChanged ? [] : ['Nothing was changed.']
}

function itemOf({ item, move, problem }: ImportResult, isDryRun: boolean) {
  const { source, label, email, outcome } = item
  const base = { source, account: label, email, outcome, error: problem?.code ?? null }
  if (item.outcome === 'skipped') return { ...base, profile: null, login: 'none', from: null, to: null, why: item.why, notes: [] }
  if (item.outcome === 'unfinished') {
    const login = move?.kind ?? 'moves'
    return { ...base, profile: item.profile, login, from: item.note.moving?.from ?? null, to: null, why: null, notes: [] }
  }
  const { login, profile, account } = item
  return {
    ...base,
    profile,
    login: move?.kind ?? (login.kind === 'moves' && !isDryRun ? 'stays' : login.kind),
    from: 'from' in login ? login.from : null,
    to: 'to' in login ? login.to : null,
    why: 'why' in login ? login.why : null,
    notes: account.notes,
  }
}

function hasKey(env: Readonly<Record<string, string>>): boolean {
  return env.ANTHROPIC_API_KEY !== undefined || env.ANTHROPIC_AUTH_TOKEN !== undefined
}
