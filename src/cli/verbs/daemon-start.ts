/** `perch daemon start`. One that runs already is what was asked for. */
import type { VerbResult } from '../result.js'
import type { CliContext, Invocation } from '../verb.js'
import { daemonResult } from './daemon-status.js'

export async function run(_: Invocation, context: CliContext): Promise<VerbResult> {
  return daemonResult((await (await context.client()).daemon()).daemon)
}
