/** The typed client with what most programs mean left out: this process's own environment, and the folders it names. */
import type { DaemonConnectionOptions } from '../client/daemon-connection.js'
import { connectPerch as connectClient, type PerchClient } from '../client/perch-client.js'
import { perchPaths } from '../platform/paths.js'

/** Which daemon, and whether it is started. */
export type ConnectOptions = Partial<DaemonConnectionOptions>

/**
 * A client of the daemon of these folders. Nothing is connected or started before the first call.
 * @param options `env` is this process's own when absent, `paths` those that `env` names, `autostart` true
 * @example
 * const { sessions } = await connectPerch().listSessions()
 */
export function connectPerch(options: ConnectOptions = {}): PerchClient {
  const { env = process.env, paths = perchPaths(env), autostart = true } = options
  return connectClient({ env, paths, autostart })
}
