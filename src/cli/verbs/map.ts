/** `perch map`: the rule of a folder, or all rules. Asks no daemon: choices are the person's own file. */
import { statSync } from 'node:fs'
import { canonicalFolder } from '../../platform/files/canonical-folder.js'
import { PerchError } from '../../platform/perch-error.js'
import { rulesOf, withRule } from '../../profiles/choices.js'
import { changeChoices, readChoices } from '../../profiles/choices-file.js'
import { DEFAULT_PROFILE } from '../../profiles/profile-name.js'
import { readProfile, storedNames } from '../../profiles/store.js'
import type { VerbResult } from '../result.js'
import { absolutePath } from '../shell/current-folder.js'
import type { CliContext, Invocation } from '../verb.js'

const COLUMNS = [{ title: 'FOLDER', shrinkTo: 16, cut: 'start' }, { title: 'PROFILE', shrinkTo: 12 }, { title: '' }] as const

export async function run({ positionals: [name, dir] }: Invocation, context: CliContext): Promise<VerbResult> {
  if (name === undefined) return listRules(context)
  const { env, paths } = context
  const folder = existingFolder(absolutePath(dir ?? '.'))
  const { before } = await changeChoices(paths, (choices) => {
    readProfile(paths, name, env)
    return withRule(choices, { folder, profile: name })
  })
  const previous = before.folderRules[folder] ?? null
  const was = previous === null || previous === name ? '' : ` (before: ${previous})`
  return {
    shown: { kind: 'lines', lines: [`${folder} and what is below it use the profile ${name}${was}.`] },
    document: { folder, profile: name, previous },
  }
}

function listRules({ paths }: CliContext): VerbResult {
  const names = new Set([DEFAULT_PROFILE, ...storedNames(paths)])
  const rules = rulesOf(readChoices(paths)).map(({ folder, profile }) => ({
    folder,
    profile,
    folderExists: isFolder(folder),
    profileExists: names.has(profile),
  }))
  const rows = rules.map(({ folder, profile, folderExists, profileExists }) => {
    const problem = profileExists ? (folderExists ? null : 'the folder is gone') : 'there is no such profile'
    return [folder, profile, problem === null ? '' : ({ text: problem, tone: 'bad' } as const)]
  })
  const whenEmpty = 'no folder has a rule; make one with: perch map NAME [DIR]'
  return { shown: { kind: 'table', columns: COLUMNS, rows, whenEmpty }, document: { rules } }
}

/** @throws PerchError `folder-not-found` */
function existingFolder(path: string): string {
  if (isFolder(path)) return canonicalFolder(path)
  throw new PerchError('folder-not-found', `there is no folder ${path}`, { hint: 'Use it as: perch map NAME [DIR]' })
}

/** One that cannot be looked at does not count: no rule could be made for it. */
function isFolder(path: string): boolean {
  try {
    return statSync(path).isDirectory()
  } catch {
    return false
  }
}
