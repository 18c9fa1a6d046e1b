/**
 * A connected socket to the one daemon of a state folder, which is started when there is none.
 */
import type { Socket } from 'node:net'
import { PerchError } from '../platform/perch-error.js'
import { tryConnectDaemon } from './daemon-address.js'
import type { DaemonStartOptions } from './start-daemon.js'

export interface DaemonConnectionOptions extends DaemonStartOptions {
  /** Whether a missing daemon is started. */
  readonly autostart: boolean
}

/**
 * Connects to the daemon, starting it if that is asked for.
 * @throws PerchError `daemon-unreachable` (no autostart), `daemon-start-failed`, or why the folders cannot be used
 */
export async function connectDaemon(options: DaemonConnectionOptions): Promise<Socket> {
  const socket = await tryConnectDaemon(options.paths)
  if (socket) return socket
  if (!options.autostart) {
    throw new PerchError('daemon-unreachable', 'the daemon is not running', { hint: 'Start it with: perch daemon start' })
  }
  const { startDaemon } = await import('./start-daemon.js')
  return startDaemon(options)
}
