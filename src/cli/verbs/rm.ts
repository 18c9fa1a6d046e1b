/** `perch rm`: removes ended sessions and their logs. */
import { forEachSession } from '../for-each-session.js'
import type { VerbResult } from '../result.js'
import { removedText } from '../session-view.js'
import type { CliContext, Invocation } from '../verb.js'

export async function run({ positionals, flags }: Invocation, context: CliContext): Promise<VerbResult> {
  const force = flags.has('force')
  const client = await context.client()
  const { done, problems } = await forEachSession(positionals, async (session) => {
    return (await client.removeSession(session, { force })).removed
  })
  const removed = done.flat()
  return { shown: { kind: 'lines', lines: [removedText(removed)] }, document: { removed }, problems }
}
