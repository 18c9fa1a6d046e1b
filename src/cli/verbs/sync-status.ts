/** `perch sync status`. */
import type { VerbResult } from '../result.js'
import { statusFields, statusTable, troubleTexts } from '../sync-status-view.js'
import type { CliContext, Invocation } from '../verb.js'

export async function run({ positionals: [name], flags }: Invocation, context: CliContext): Promise<VerbResult> {
  const { profiles } = await (await context.client()).syncStatus(name)
  const [only] = profiles
  const isOne = name !== undefined && only !== undefined
  if (!isOne && !flags.has('json')) for (const text of troubleTexts(profiles, Date.now())) context.notice(text)
  const conflicts = profiles.reduce((sum, profile) => sum + profile.conflicts, 0)
  if (conflicts > 0) context.notice(`perch sync resolve shows the ${conflicts === 1 ? 'conflict' : `${conflicts} conflicts`}`)
  return { shown: isOne ? statusFields(only, Date.now()) : statusTable(profiles, Date.now()), document: { profiles } }
}
