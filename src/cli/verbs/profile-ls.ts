/** `perch profile ls`. */
import { changedAccountText } from '../../profiles/known-account.js'
import { accountCell } from '../account-text.js'
import { loginCell } from '../login-cell.js'
import type { VerbResult } from '../result.js'
import type { CliContext, Invocation } from '../verb.js'

const COLUMNS = [
  { title: 'NAME', shrinkTo: 12 },
  { title: 'AGENT', priority: 4 },
  { title: 'LOGIN' },
  { title: 'ACCOUNT', priority: 5, shrinkTo: 12 },
  { title: 'SESSIONS', priority: 3, align: 'right' },
  { title: 'RUNTIME', priority: 1, shrinkTo: 16 },
] as const

export async function run(_: Invocation, context: CliContext): Promise<VerbResult> {
  const { profiles, warnings = [] } = await (await context.client()).listProfiles()
  for (const warning of warnings) context.notice(warning)
  const rows = profiles.map((profile) => [
    profile.default ? `${profile.name} (default)` : profile.name,
    profile.agent,
    loginCell(profile, Date.now()),
    accountCell(profile),
    String(profile.sessions),
    profile.runtime ?? 'plain home',
  ])
  for (const { name, account, accountWas } of profiles) {
    if (accountWas) context.notice(changedAccountText(name, accountWas, account?.email ?? null))
  }
  return { shown: { kind: 'table', columns: COLUMNS, rows, whenEmpty: 'no profiles' }, document: { profiles } }
}
