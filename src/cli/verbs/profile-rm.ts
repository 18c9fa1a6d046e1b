/** `perch profile rm`: asks before it removes a login, where there is somebody to ask. */
import { isatty } from 'node:tty'
import { PerchError } from '../../platform/perch-error.js'
import { choicesNaming } from '../../profiles/choices.js'
import { readChoices } from '../../profiles/choices-file.js'
import type { VerbResult } from '../result.js'
import type { CliContext, Invocation } from '../verb.js'

export async function run({ positionals: [name = ''], flags }: Invocation, context: CliContext): Promise<VerbResult> {
  const client = await context.client()
  // Before the question: nobody wants to confirm what cannot be done.
  await client.showProfile(name)
  if (!flags.has('yes') && !(await isConfirmed(name, context))) {
    throw new PerchError('not-confirmed', `the profile ${name} was not removed`, {
      hint: `To remove it with its login: perch profile rm ${name} --yes`,
    })
  }
  const { removed, wasDefault = false, unmapped = [] } = await client.removeProfile(name)
  const lines = [
    `Removed the profile ${name}.`,
    ...(wasDefault ? ['It was the default, which is the built-in profile default again.'] : []),
    ...unmapped.map((folder) => `${folder} has no rule any more.`),
  ]
  return { shown: { kind: 'lines', lines }, document: { removed, wasDefault, unmapped } }
}

async function isConfirmed(name: string, { paths, notice }: CliContext): Promise<boolean> {
  if (!isatty(0) || !isatty(2)) return false
  const { isDefault, folders } = choicesNaming(readChoices(paths), name)
  if (isDefault) notice(`${name} is the default profile; then the built-in one will be`)
  for (const folder of folders) notice(`the rule of ${folder} names ${name}, and goes with it`)
  const { createInterface } = await import('node:readline/promises')
  const dialogue = createInterface({ input: process.stdin, output: process.stderr })
  try {
    return /^y(es)?$/i.test((await dialogue.question(`Remove the profile ${name} with its login? [y/N] `)).trim())
  } finally {
    dialogue.close()
  }
}
