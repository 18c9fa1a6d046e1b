/** `perch rename`: gives a session another name. */
import type { VerbResult } from '../result.js'
import { sessionTitle } from '../session-view.js'
import type { CliContext, Invocation } from '../verb.js'

export async function run({ positionals: [asked = '', name = ''] }: Invocation, context: CliContext): Promise<VerbResult> {
  const { session } = await (await context.client()).renameSession(asked, name)
  return { shown: { kind: 'lines', lines: [`The session is now ${sessionTitle(session)}.`] }, document: { session } }
}
