/**
 * Where the daemon of a state folder is reached, and a connected socket to it when it runs. Starts nothing.
 */
import { connect, type Socket } from 'node:net'
import { daemonSocketPath, type PerchPaths } from '../platform/paths.js'
import { errnoOf, PerchError } from '../platform/perch-error.js'

/**
 * Connects to a daemon that runs already; undefined when none does.
 * @throws PerchError `daemon-unreachable` when the socket exists and may not be used
 */
export async function tryConnectDaemon(paths: PerchPaths): Promise<Socket | undefined> {
  const ownPath = daemonSocketPath(paths)
  const socket = await tryConnect(ownPath)
  if (socket) return socket
  // Started from cron, `su` or SSH, it may have had another XDG_RUNTIME_DIR than this shell.
  const { readDaemonAddress } = await import('./published-address.js')
  const published = readDaemonAddress(paths)?.socket
  return published === undefined || published === ownPath ? undefined : tryConnect(published)
}

function tryConnect(path: string): Promise<Socket | undefined> {
  return new Promise((resolve, reject) => {
    const socket = connect(path)
    socket.once('connect', () => {
      socket.removeAllListeners('error')
      resolve(socket)
    })
    socket.once('error', (error) => {
      if (NOBODY_THERE.includes(errnoOf(error))) resolve(undefined)
      else reject(unusable(path, error))
    })
  })
}

/**
 * ENOTSOCK: a plain file lies at the address; the daemon replaces it. EAGAIN: its queue of connections is full. ECONNRESET:
 * it died while this connection was in that queue.
 */
const NOBODY_THERE: readonly (string | undefined)[] = ['ENOENT', 'ECONNREFUSED', 'ENOTDIR', 'ENOTSOCK', 'EAGAIN', 'ECONNRESET']

function unusable(path: string, cause: Error): PerchError {
  return new PerchError('daemon-unreachable', `the daemon's socket ${path} cannot be used: ${cause.message}`, {
    cause,
    hint: 'Check who owns the folder, or set PERCH_HOME to a folder of your own.',
  })
}
