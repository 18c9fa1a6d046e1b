/** `perch resize`: a new size for a session's terminal. */
import type { VerbResult } from '../result.js'
import { parseSize } from '../values/size.js'
import type { CliContext, Invocation } from '../verb.js'

export async function run({ positionals: [asked = '', size = ''] }: Invocation, context: CliContext): Promise<VerbResult> {
  const wanted = parseSize(size)
  const { session } = await (await context.client()).resizeSession(asked, wanted)
  return { shown: { kind: 'nothing' }, document: { session } }
}
