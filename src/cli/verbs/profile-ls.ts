/** `perch profile ls`. */
import { loginCell } from '../login-cell.js'
import type { VerbResult } from '../result.js'
import type { CliContext, Invocation } from '../verb.js'

const COLUMNS = [
  { title: 'NAME', shrinkTo: 12 },
  { title: 'AGENT', priority: 4 },
  { title: 'LOGIN' },
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
    String(profile.sessions),
    profile.runtime ?? 'plain home',
  ])
  return { shown: { kind: 'table', columns: COLUMNS, rows, whenEmpty: 'no profiles' }, document: { profiles } }
}
