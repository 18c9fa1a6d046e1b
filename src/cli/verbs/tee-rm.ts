/** `perch tee rm`: ends a tee, after what it was given already has been written. */
import type { VerbResult } from '../result.js'
import { withSessionHost } from '../session-host.js'
import { teeEndText } from '../tee-view.js'
import type { CliContext, Invocation } from '../verb.js'

export async function run({ positionals }: Invocation, context: CliContext): Promise<VerbResult> {
  const [asked = '', named = ''] = positionals
  const tee = await withSessionHost(await context.client(), asked, (connection) => connection.removeTee(named))
  return { shown: { kind: 'lines', lines: [teeEndText(tee)] }, document: { tee } }
}
