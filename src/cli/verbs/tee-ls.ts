/** `perch tee ls`: the tees of a session, with how far each is; of an ended session as they were at its end. */
import type { VerbResult } from '../result.js'
import { sessionTitle } from '../session-view.js'
import { teeTable } from '../tee-view.js'
import type { CliContext, Invocation } from '../verb.js'

export async function run({ positionals: [asked = ''] }: Invocation, context: CliContext): Promise<VerbResult> {
  const { session } = await (await context.client()).showSession(asked)
  if (session.hostHangs) context.notice(`the host of ${sessionTitle(session)} does not answer; this is what it said last`)
  return { shown: teeTable(session.tees, `no tee follows ${sessionTitle(session)}`), document: { tees: session.tees } }
}
