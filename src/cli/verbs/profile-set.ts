/** `perch profile set`: changes what a profile's file says. */
import { usageError } from '../invocation.js'
import type { VerbResult } from '../result.js'
import { parseProfileChange, parseProfileKey } from '../values/profile-change.js'
import { type CliContext, type Invocation, optionValues } from '../verb.js'

export async function run(invocation: Invocation, context: CliContext): Promise<VerbResult> {
  const [name = '', ...texts] = invocation.positionals
  const unset = optionValues(invocation, 'unset').map((text) => ({ key: [...parseProfileKey(text)] }))
  const set = texts.map(parseProfileChange).map(({ key, value }) => ({ key: [...key], value }))
  const changes = [...set, ...unset]
  if (changes.length === 0) throw usageError('perch profile set needs KEY=VALUE or --unset KEY', 'See: perch help profile set')
  const { profile, notices } = await (await context.client()).changeProfile(name, { changes })
  for (const notice of notices) context.notice(notice)
  return { shown: { kind: 'lines', lines: [`Changed the profile ${profile.name}.`] }, document: { profile, notices } }
}
