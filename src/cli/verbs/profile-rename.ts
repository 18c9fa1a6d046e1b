/** `perch profile rename`: gives a profile another name, with its login and all that it keeps. */
import type { VerbResult } from '../result.js'
import type { CliContext, Invocation } from '../verb.js'

export async function run({ positionals: [old = '', name = ''] }: Invocation, context: CliContext): Promise<VerbResult> {
  const { profile, notices } = await (await context.client()).renameProfile(old, name)
  for (const notice of notices) context.notice(notice)
  return { shown: { kind: 'lines', lines: [`The profile ${old} is now ${profile.name}.`] }, document: { profile, notices } }
}
