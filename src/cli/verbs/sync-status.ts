/** `perch sync status`. */
import type { VerbResult } from '../result.js'
import { statusFields, statusTable } from '../sync-view.js'
import type { CliContext, Invocation } from '../verb.js'

export async function run({ positionals: [name] }: Invocation, context: CliContext): Promise<VerbResult> {
  const { profiles } = await (await context.client()).syncStatus(name)
  const [only] = profiles
  const shown = name !== undefined && only ? statusFields(only, Date.now()) : statusTable(profiles, Date.now())
  const conflicts = profiles.reduce((sum, profile) => sum + profile.conflicts, 0)
  if (conflicts > 0) context.notice(`perch sync resolve shows the ${conflicts === 1 ? 'conflict' : `${conflicts} conflicts`}`)
  return { shown, document: { profiles } }
}
