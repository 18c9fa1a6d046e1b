/** `perch which`: the profile that would be used here. Asks no daemon: what decides lies in the environment and on disk. */
import { chooseProfile, explainChoice, readChosenProfile } from '../../profiles/choose-profile.js'
import type { ConsideredRule } from '../../profiles/resolution.js'
import type { Cell, VerbResult } from '../result.js'
import { currentFolder } from '../shell/current-folder.js'
import type { CliContext, Invocation } from '../verb.js'

const COLUMNS = [{ title: 'RULE', shrinkTo: 16, cut: 'start' }, { title: 'SAYS', shrinkTo: 12 }, { title: '' }] as const

export async function run({ flags }: Invocation, { env, paths }: CliContext): Promise<VerbResult> {
  const request = { asked: null, env, cwd: currentFolder() }
  const resolution = flags.has('explain') || flags.has('json') ? explainChoice(paths, request) : chooseProfile(paths, request)
  readChosenProfile(paths, resolution, env)
  const { profile, reason, considered } = resolution
  const document = { profile, reason, considered }
  if (!flags.has('explain')) return { shown: { kind: 'lines', lines: [profile] }, document }
  return { shown: { kind: 'table', columns: COLUMNS, rows: considered.flatMap(rowsOf), whenEmpty: '' }, document }
}

function rowsOf(considered: ConsideredRule): readonly (readonly Cell[])[] {
  const { rule, value, used, folder, outer = [] } = considered
  const title = {
    flag: 'asked for',
    env: 'PERCH_PROFILE',
    map: folder === undefined ? 'rule of a folder' : `rule of ${folder}`,
    default: 'default',
  }[rule]
  return [
    [title, value ?? '-', used ? 'used' : ''],
    ...outer.map(({ folder: further, profile }) => [`rule of ${further}`, profile, '']),
  ]
}
