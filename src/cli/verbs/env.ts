/** `perch env`: the environment of a profile as lines that a shell evaluates, for tools and editors that perch does not start. */
import { PerchError } from '../../platform/perch-error.js'
import { chooseProfile, readChosenProfile } from '../../profiles/choose-profile.js'
import type { VerbResult } from '../result.js'
import { currentFolder } from '../shell/current-folder.js'
import { exportLines } from '../shell/export-lines.js'
import { personsShell } from '../shell/persons-shell.js'
import { requestingShell } from '../shell/requesting-shell.js'
import { type CliContext, type Invocation, optionValue } from '../verb.js'

export async function run(invocation: Invocation, context: CliContext): Promise<VerbResult> {
  const { env, paths, notice } = context
  const shell = personsShell(optionValue(invocation, 'shell'), env)
  const cwd = currentFolder()
  const chosen = chooseProfile(paths, { asked: invocation.positionals[0] ?? null, env, cwd })
  readChosenProfile(paths, chosen, env)
  if (invocation.flags.has('unpin')) return unpin(chosen.profile, invocation, context)
  const client = await context.client()
  const reply = await client.lendEnvironment(chosen.profile, { env: requestingShell(env).env, cwd })
  const { profile, agent, runtime, set, unset, notices } = reply
  const { lines, impossible } = exportLines(shell, { set, unset })
  for (const told of notices) notice(told)
  if (impossible.length > 0) notice(`no shell can set ${impossible.join(', ')}; perch run and perch exec do`)
  return { shown: { kind: 'lines', lines }, document: { profile, agent, runtime, set, unset } }
}

async function unpin(profile: string, { values }: Invocation, context: CliContext): Promise<VerbResult> {
  if (values.has('shell')) throw new PerchError('usage', '--unpin and --shell exclude each other')
  const { wasPinned, why } = await (await context.client()).returnEnvironment(profile)
  const what = wasPinned ? `The environment of ${profile} is not held for tools any more` : `Nothing of ${profile} was held`
  const lines = [`${what}${why === null ? '.' : `; its runtime stays for now: ${why}.`}`]
  return { shown: { kind: 'lines', lines }, document: { profile, wasPinned, why } }
}
