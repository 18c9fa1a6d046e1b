/** `perch which`: the profile that would be used here. Asks no daemon: what decides lies in the environment and on disk. */
import { resolveProfile } from '../../profiles/resolution.js'
import { readProfile } from '../../profiles/store.js'
import type { VerbResult } from '../result.js'
import { currentFolder } from '../shell/current-folder.js'
import type { CliContext, Invocation } from '../verb.js'

const RULES = { flag: 'asked for', env: 'PERCH_PROFILE', map: 'rule of a folder', default: 'default' } as const

const COLUMNS = [{ title: 'RULE' }, { title: 'SAYS', shrinkTo: 12 }, { title: '' }] as const

export async function run({ flags }: Invocation, { env, paths }: CliContext): Promise<VerbResult> {
  const resolution = resolveProfile({ asked: null, fromEnvironment: env.PERCH_PROFILE, cwd: currentFolder() })
  const { profile, reason, considered } = resolution
  readProfile(paths, profile, env)
  const document = { profile, reason, considered }
  if (!flags.has('explain')) return { shown: { kind: 'lines', lines: [profile] }, document }
  const rows = considered.map(({ rule, value, used }) => [RULES[rule], value ?? '-', used ? 'used' : ''])
  return { shown: { kind: 'table', columns: COLUMNS, rows, whenEmpty: '' }, document }
}
