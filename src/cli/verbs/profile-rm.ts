/** `perch profile rm`: asks before it removes a login, where there is somebody to ask. */
import { isatty } from 'node:tty'
import { PerchError } from '../../platform/perch-error.js'
import type { VerbResult } from '../result.js'
import type { CliContext, Invocation } from '../verb.js'

export async function run({ positionals: [name = ''], flags }: Invocation, context: CliContext): Promise<VerbResult> {
  const client = await context.client()
  // Before the question: nobody wants to confirm what cannot be done.
  await client.showProfile(name)
  if (!flags.has('yes') && !(await isConfirmed(name))) {
    throw new PerchError('not-confirmed', `the profile ${name} was not removed`, {
      hint: `To remove it with its login: perch profile rm ${name} --yes`,
    })
  }
  const { removed } = await client.removeProfile(name)
  return { shown: { kind: 'lines', lines: [`Removed the profile ${name}.`] }, document: { removed } }
}

async function isConfirmed(name: string): Promise<boolean> {
  if (!isatty(0) || !isatty(2)) return false
  const { createInterface } = await import('node:readline/promises')
  const dialogue = createInterface({ input: process.stdin, output: process.stderr })
  try {
    return /^y(es)?$/i.test((await dialogue.question(`Remove the profile ${name} with its login? [y/N] `)).trim())
  } finally {
    dialogue.close()
  }
}
