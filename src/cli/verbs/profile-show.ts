/** `perch profile show`. */
import type { ProfileDetail } from '../../api/profile.js'
import { accountCell } from '../account-text.js'
import { loginCell } from '../login-cell.js'
import type { Cell, Presentation, VerbResult } from '../result.js'
import type { CliContext, Invocation } from '../verb.js'

export async function run({ positionals: [name = ''] }: Invocation, context: CliContext): Promise<VerbResult> {
  const { profile } = await (await context.client()).showProfile(name)
  return { shown: profileFields(profile), document: { profile } }
}

/** Values of secret variables come masked from the daemon. */
function profileFields(profile: ProfileDetail): Presentation {
  const fields: readonly (readonly [string, Cell | null])[] = [
    ['name', profile.default ? `${profile.name} (default)` : profile.name],
    ['agent', profile.agent],
    ['login', profile.loggedIn === null ? null : loginCell(profile, Date.now())],
    ['account', profile.account ? accountCell(profile) : null],
    ['organization', profile.account?.organization ?? null],
    ['login ends', profile.loginEndsAt ?? null],
    ['sessions', String(profile.sessions)],
    ['command', profile.command?.join(' ') ?? null],
    ['runtime', profile.runtime ?? 'the plain home of the agent'],
    ['folder', profile.folder],
    ...Object.entries(profile.env).map(([key, value]) => ['env', `${key}=${value}`] as const),
    ...(profile.warnings ?? []).map((warning) => ['warning', warning] as const),
    ['problem', profile.problem === null ? null : { text: profile.problem, tone: 'bad' }],
  ]
  return { kind: 'fields', fields: fields.filter((field): field is readonly [string, Cell] => field[1] !== null) }
}
