/** `perch daemon status`: starts nothing. */
import type { DaemonInfo } from '../../api/control.js'
import { tryConnectDaemon } from '../../client/daemon-address.js'
import { connectPerch } from '../../client/perch-client.js'
import type { VerbResult } from '../result.js'
import type { CliContext, Invocation } from '../verb.js'

export async function run(_: Invocation, { paths, env }: CliContext): Promise<VerbResult> {
  return daemonResult(await runningDaemon({ paths, env }))
}

/** What `status`, `start` and `restart` show. */
export function daemonResult(daemon: DaemonInfo | null): VerbResult {
  if (daemon === null) {
    return {
      shown: { kind: 'lines', lines: ['The daemon is not running. Any command that needs it starts it.'] },
      document: { daemon },
    }
  }
  const sessions = daemon.sessions === 1 ? '1 session' : `${daemon.sessions} sessions`
  const line = `The daemon runs: pid ${daemon.pid}, perch ${daemon.version}, since ${daemon.startedAt}, ${sessions}.`
  return { shown: { kind: 'lines', lines: [line] }, document: { daemon } }
}

async function runningDaemon({ paths, env }: Pick<CliContext, 'paths' | 'env'>): Promise<DaemonInfo | null> {
  const socket = await tryConnectDaemon(paths)
  if (socket === undefined) return null
  socket.destroy()
  return (await connectPerch({ paths, env, autostart: false }).daemon()).daemon
}
