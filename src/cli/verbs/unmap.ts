/** `perch unmap`: takes the rule of a folder away. The folder may be gone. */
import { canonicalFolder } from '../../platform/files/canonical-folder.js'
import { PerchError } from '../../platform/perch-error.js'
import { shellWord } from '../../platform/shell-words.js'
import { type ProfileChoices, withoutRule } from '../../profiles/choices.js'
import { changeChoices } from '../../profiles/choices-file.js'
import { rulesAround } from '../../profiles/resolution.js'
import type { VerbResult } from '../result.js'
import { absolutePath } from '../shell/current-folder.js'
import type { CliContext, Invocation } from '../verb.js'

export async function run({ positionals: [dir] }: Invocation, { paths }: CliContext): Promise<VerbResult> {
  const path = absolutePath(dir ?? '.')
  let folder = path
  const { before } = await changeChoices(paths, (choices) => {
    folder = ruledFolder(choices, path)
    return withoutRule(choices, folder)
  })
  const profile = before.folderRules[folder] ?? null
  return {
    shown: { kind: 'lines', lines: [`${folder} has no rule any more (before: ${profile}).`] },
    document: { folder, profile },
  }
}

/** The folder whose rule is meant: by its canonical path, or as it was when the rule was made, before a link took its place. */
function ruledFolder({ folderRules }: ProfileChoices, path: string): string {
  const folder = [canonicalFolder(path), path].find((candidate) => Object.hasOwn(folderRules, candidate))
  if (folder !== undefined) return folder
  const [outer] = rulesAround(folderRules, canonicalFolder(path))
  throw new PerchError('rule-not-found', `${path} has no rule of its own`, {
    hint: outer
      ? `The rule of ${outer.folder} applies here; remove that with: perch unmap ${shellWord(outer.folder)}`
      : 'The rules there are: perch map',
  })
}
