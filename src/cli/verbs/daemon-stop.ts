/** `perch daemon stop`: remembered until the next command that needs the daemon. */
import { stopDaemon } from '../../client/stop-daemon.js'
import type { VerbResult } from '../result.js'
import type { CliContext, Invocation } from '../verb.js'

export async function run(_: Invocation, { paths, env }: CliContext): Promise<VerbResult> {
  const stopped = await stopDaemon(paths, env)
  const line = stopped ? 'The daemon has stopped. Sessions go on.' : 'The daemon was not running.'
  return { shown: { kind: 'lines', lines: [line] }, document: { stopped } }
}
