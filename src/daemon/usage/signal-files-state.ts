/** How the signal files of a session look, so that they are not read again before they have changed. */
import { statSync } from 'node:fs'
import { signalFilePaths } from '../../host/signals/signal-file.js'

/** Changes whenever something is appended; null where there are none. */
export function signalFilesState(sessionFolder: string): string | null {
  const { path, olderPath } = signalFilePaths(sessionFolder)
  const states = [olderPath, path].map(fileState)
  return states.every((state) => state === null) ? null : states.map((state) => state ?? '-').join(' ')
}

function fileState(path: string): string | null {
  const found = statSync(path, { throwIfNoEntry: false })
  return found ? `${found.ino}:${found.size}:${found.mtimeMs}` : null
}
