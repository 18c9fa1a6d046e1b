/** What the API says and does about the daemon itself. */

import { PROTOCOL_VERSION } from '../../api/version.js'
import { PERCH_VERSION } from '../../platform/bundles.js'
import { writeFileAtomic } from '../../platform/files/atomic-file.js'
import { daemonStopMarkPath, type PerchPaths } from '../../platform/paths.js'
import type { Supervisor } from '../sessions/supervisor.js'
import type { ApiHandlers } from './http-server.js'

export interface DaemonHandlerOptions {
  readonly paths: PerchPaths
  readonly supervisor: Supervisor
  readonly startedAt: string
  /** Ends the daemon once the reply is sent. */
  readonly stop: () => void
}

export function daemonHandlers(options: DaemonHandlerOptions): Pick<ApiHandlers, 'daemon' | 'stopDaemon' | 'openApi'> {
  const { paths, supervisor, startedAt, stop } = options
  return {
    daemon: async () => {
      const sessions = supervisor.registry.all().filter(({ live }) => live).length
      return {
        schema: 1,
        protocol: PROTOCOL_VERSION,
        daemon: { pid: process.pid, version: PERCH_VERSION, startedAt, sessions },
      }
    },
    stopDaemon: async () => {
      // There before the daemon goes: hosts lose it at that moment and would start the next one.
      writeFileAtomic(daemonStopMarkPath(paths), '')
      stop()
      return { schema: 1 }
    },
    openApi: async () => (await import('./openapi.js')).openApiDocument(),
  }
}
