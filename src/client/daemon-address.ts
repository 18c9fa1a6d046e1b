/**
 * Where the daemon of a state folder is reached, and a connected socket to it when it runs. Starts nothing.
 */
import { connect, type Socket } from 'node:net'
import * as v from 'valibot'
import { DaemonAddress } from '../api/control.js'
import { readJsonIfPresent } from '../platform/files/atomic-file.js'
import { daemonAddressPath, daemonSocketPath, type PerchPaths } from '../platform/paths.js'
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
  const published = readDaemonAddress(paths)?.socket
  return published === undefined || published === ownPath ? undefined : tryConnect(published)
}

/** What the running daemon published about itself, if that can be read. Its process may be gone. */
export function readDaemonAddress(paths: PerchPaths): DaemonAddress | undefined {
  try {
    const parsed = v.safeParse(DaemonAddress, readJsonIfPresent(daemonAddressPath(paths)))
    return parsed.success ? parsed.output : undefined
  } catch (error) {
    // Only a hint where to look: a damaged one is written anew by the next daemon.
    if (error instanceof PerchError || errnoOf(error) !== undefined) return undefined
    throw error
  }
}

function tryConnect(path: string): Promise<Socket | undefined> {
  return new Promise((resolve, reject) => {
    const socket = connect(path)
    socket.once('connect', () => {
      socket.removeAllListeners('error')
      resolve(socket)
    })
    socket.once('error', (error) => {
      if (isNobodyThere(errnoOf(error))) resolve(undefined)
      else reject(unusable(path, error))
    })
  })
}

/** ENOTSOCK: a plain file lies at the address; the daemon replaces it. EAGAIN: its queue of connections is full. */
function isNobodyThere(errno: string | undefined): boolean {
  return errno === 'ENOENT' || errno === 'ECONNREFUSED' || errno === 'ENOTDIR' || errno === 'ENOTSOCK' || errno === 'EAGAIN'
}

function unusable(path: string, cause: Error): PerchError {
  return new PerchError('daemon-unreachable', `the daemon's socket ${path} cannot be used: ${cause.message}`, {
    cause,
    hint: 'Check who owns the folder, or set PERCH_HOME to a folder of your own.',
  })
}
