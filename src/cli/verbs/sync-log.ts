/** `perch sync log`: the journals of profiles, one by time. */
import type { VerbResult } from '../result.js'
import { logTable } from '../sync-log-view.js'
import { parseCount } from '../values/count.js'
import { type CliContext, type Invocation, optionValue } from '../verb.js'

export async function run(invocation: Invocation, context: CliContext): Promise<VerbResult> {
  const limit = optionValue(invocation, 'limit')
  const { entries } = await (await context.client()).syncLog({
    profile: invocation.positionals[0],
    limit: limit === undefined ? undefined : parseCount(limit, '--limit'),
  })
  return { shown: logTable(entries), document: { entries } }
}
