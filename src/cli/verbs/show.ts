/** `perch show`: one session. */
import type { VerbResult } from '../result.js'
import { sessionFields } from '../session-fields.js'
import type { CliContext, Invocation } from '../verb.js'

export async function run({ positionals: [asked = ''] }: Invocation, context: CliContext): Promise<VerbResult> {
  const { session } = await (await context.client()).showSession(asked)
  return { shown: sessionFields(session, Date.now()), document: { session } }
}
