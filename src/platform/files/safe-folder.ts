/**
 * perch's own folders are made 0700 and used only when nobody else could have put something into them: the folder
 * itself, not a link to one, owned by this user, not writable by everybody.
 */
import { chmodSync, lstatSync } from 'node:fs'
import { join } from 'node:path'
import { daemonSocketPath, type PerchPaths, SOCKET_PATH_LIMIT_BYTES, sessionSocketPath } from '../paths.js'
import { PerchError } from '../perch-error.js'
import { ensureFolder } from './atomic-file.js'

/**
 * Makes and checks the folders that perch keeps its state in.
 * @throws PerchError `unsafe-folder`, `socket-path-too-long`, `not-writable`, `disk-full`
 */
export function preparePerchFolders(paths: PerchPaths): void {
  checkSocketPath(paths)
  for (const root of new Set([paths.data, paths.state, paths.runtime])) {
    ensureFolder(root)
    requireSafeFolder(root)
  }
  for (const folder of [
    join(paths.data, 'profiles'),
    join(paths.state, 'sessions'),
    join(paths.state, 'locks'),
    join(paths.runtime, 's'),
  ]) {
    ensureFolder(folder)
    requireSafeFolder(folder)
  }
}

/** @throws PerchError `unsafe-folder` when somebody else could have written into the folder */
export function requireSafeFolder(path: string): void {
  const stat = lstatSync(path)
  const refuse = (why: string, hint: string) => new PerchError('unsafe-folder', `${path} ${why}`, { hint })
  if (!stat.isDirectory()) throw refuse('is not a folder', 'Move it away, or set PERCH_HOME to another folder.')
  const uid = process.geteuid?.()
  if (uid !== undefined && stat.uid !== uid) {
    throw refuse(`belongs to user ${stat.uid}, not to you`, 'Set PERCH_HOME to a folder of your own.')
  }
  if (stat.mode & 0o002) {
    throw refuse('can be written by every user', `Run: chmod 700 '${path}' (after checking what is in it).`)
  }
  if (stat.mode & 0o077) chmodSync(path, 0o700)
}

/** As long as every session id. */
const ANY_ID = '00000000'

function checkSocketPath(paths: PerchPaths): void {
  const longest = [daemonSocketPath(paths), sessionSocketPath(paths, ANY_ID)].reduce((a, b) => (a.length > b.length ? a : b))
  const bytes = Buffer.byteLength(longest)
  if (bytes <= SOCKET_PATH_LIMIT_BYTES) return
  throw new PerchError(
    'socket-path-too-long',
    `${longest} is ${bytes} bytes; a socket path may have ${SOCKET_PATH_LIMIT_BYTES}`,
    {
      hint: 'Set PERCH_HOME (or XDG_RUNTIME_DIR) to a folder with a shorter path.',
    },
  )
}
