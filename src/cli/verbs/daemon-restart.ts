/** `perch daemon restart`: after an upgrade of perch, for example. */
import { stopDaemon } from '../../client/stop-daemon.js'
import type { VerbResult } from '../result.js'
import type { CliContext, Invocation } from '../verb.js'
import { daemonResult } from './daemon-status.js'

export async function run(_: Invocation, context: CliContext): Promise<VerbResult> {
  await stopDaemon(context.paths, context.env)
  return daemonResult((await (await context.client()).daemon()).daemon)
}
