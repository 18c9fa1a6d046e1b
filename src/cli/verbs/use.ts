/** `perch use`: the default profile. Asks no daemon: choices are the person's own file. */
import { type ProfileChoices, withDefault } from '../../profiles/choices.js'
import { changeChoices, readChoices } from '../../profiles/choices-file.js'
import { DEFAULT_PROFILE } from '../../profiles/profile-name.js'
import { readProfile } from '../../profiles/store.js'
import type { VerbResult } from '../result.js'
import type { CliContext, Invocation } from '../verb.js'

export async function run({ positionals: [name] }: Invocation, { env, paths }: CliContext): Promise<VerbResult> {
  if (name === undefined) {
    const profile = defaultOf(readChoices(paths))
    return { shown: { kind: 'lines', lines: [profile] }, document: { profile } }
  }
  const { before } = await changeChoices(paths, (choices) => {
    // As the only one who changes choices: a profile that is just being removed takes its choices along afterwards.
    readProfile(paths, name, env)
    return withDefault(choices, name === DEFAULT_PROFILE ? null : name)
  })
  const previous = defaultOf(before)
  const was = previous === name ? 'already' : `before: ${previous}`
  return { shown: { kind: 'lines', lines: [`The default profile is ${name} (${was}).`] }, document: { profile: name, previous } }
}

function defaultOf({ defaultProfile }: ProfileChoices): string {
  return defaultProfile ?? DEFAULT_PROFILE
}
