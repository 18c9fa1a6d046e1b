/** `perch rm`: removes ended sessions and their logs. */
import { forEachSession } from '../for-each-session.js'
import type { VerbResult } from '../result.js'
import type { CliContext, Invocation } from '../verb.js'

export async function run({ positionals, flags }: Invocation, context: CliContext): Promise<VerbResult> {
  const force = flags.has('force')
  const client = await context.client()
  const { done, problems } = await forEachSession(positionals, async (session) => {
    return (await client.removeSession(session, { force })).removed
  })
  const removed = done.flat()
  const count = removed.length === 1 ? '1 session' : `${removed.length} sessions`
  return { shown: { kind: 'lines', lines: [`${count} removed`] }, document: { removed }, problems }
}
