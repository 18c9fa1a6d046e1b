/** Whether perch's own folders and sockets are the person's alone. */
import { chmodSync, lstatSync, type Stats } from 'node:fs'
import { join } from 'node:path'
import { daemonSocketPath, SOCKET_PATH_LIMIT_BYTES, sessionSocketPath } from '../../platform/paths.js'
import { errnoOf } from '../../platform/perch-error.js'
import { profileFolders } from '../../profiles/profile-definition.js'
import { type Examination, readableProfiles } from '../examination.js'
import type { Finding } from '../finding.js'

const MEANING = 'Logins and the output of sessions lie there.'
const ANY_ID = '00000000'

export function checkFolders(examination: Examination): readonly Finding[] {
  const { paths } = examination
  const profiles = readableProfiles(examination).flatMap(({ name }) => {
    const { root, credentials, runtime } = profileFolders(paths, name)
    return [root, credentials, runtime]
  })
  const own = [paths.data, paths.state, paths.runtime, join(paths.state, 'sessions'), join(paths.runtime, 's')]
  const strict = [...new Set([...own, ...profiles])]
  // What is configured there is no secret; who may write it decides what perch runs.
  const config = strict.includes(paths.config) ? [] : checkFolder(paths.config, 0o022)
  return [...strict.flatMap((path) => checkFolder(path, 0o077)), ...config, ...checkSocketPath(examination)]
}

/** `forbidden`: bits of its mode. */
function checkFolder(path: string, forbidden: number): readonly Finding[] {
  const stat = statIfPresent(path)
  if (stat === undefined) return []
  const uid = process.geteuid?.()
  const finding = { level: 'problem', subject: path, meaning: MEANING } as const
  if (!stat.isDirectory()) {
    return [{ ...finding, code: 'folder-replaced', text: 'it is not a folder', fix: 'Move it away; perch makes a folder there.' }]
  }
  if (uid !== undefined && stat.uid !== uid) {
    return [
      {
        ...finding,
        code: 'folder-foreign',
        text: `it belongs to user ${stat.uid}`,
        fix: 'Set PERCH_HOME to a folder of your own.',
      },
    ]
  }
  if ((stat.mode & forbidden) === 0) return []
  const mode = (stat.mode & 0o777).toString(8)
  return [
    {
      ...finding,
      code: 'folder-open',
      text: `other users can ${forbidden === 0o022 ? 'write into' : 'get into'} it (its mode is ${mode})`,
      fix: `chmod go${forbidden === 0o022 ? '-w' : '='} '${path}'`,
      repair: () => chmodSync(path, stat.mode & 0o777 & ~forbidden),
    },
  ]
}

function checkSocketPath({ paths }: Examination): readonly Finding[] {
  const longest = [daemonSocketPath(paths), sessionSocketPath(paths, ANY_ID)].reduce((a, b) => (a.length > b.length ? a : b))
  const bytes = Buffer.byteLength(longest)
  if (bytes <= SOCKET_PATH_LIMIT_BYTES) return []
  return [
    {
      code: 'socket-path-too-long',
      level: 'problem',
      subject: longest,
      text: `it has ${bytes} bytes, and the address of a socket ${SOCKET_PATH_LIMIT_BYTES}`,
      meaning: 'No session can be started.',
      fix: 'Set PERCH_HOME (or XDG_RUNTIME_DIR) to a folder with a shorter path.',
    },
  ]
}

function statIfPresent(path: string): Stats | undefined {
  try {
    return lstatSync(path)
  } catch (error) {
    if (['ENOENT', 'ENOTDIR', 'EACCES'].includes(errnoOf(error) ?? '')) return undefined
    throw error
  }
}
