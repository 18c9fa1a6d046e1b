/** `perch ls`: the sessions, newest first. */
import type { VerbResult } from '../result.js'
import { sessionTable } from '../session-view.js'
import { type CliContext, type Invocation, optionValue, optionValues } from '../verb.js'

export async function run(invocation: Invocation, context: CliContext): Promise<VerbResult> {
  const all = invocation.flags.has('all')
  const profile = optionValue(invocation, 'profile')
  const labels = optionValues(invocation, 'label')
  const client = await context.client()
  const { sessions } = await client.listSessions({ all, labels, ...(profile !== undefined && { profile }) })
  const whenEmpty = all ? 'no sessions' : 'no session runs (perch ls -a shows the ended ones)'
  return { shown: sessionTable(sessions, Date.now(), whenEmpty), document: { sessions } }
}
