/**
 * How a runtime shows the shared entries: by links where the file system grants them, found out by making one. Copies, for
 * where it does not, are not built yet; being asked for them is a clear error instead of a runtime that shares nothing.
 */
import { rmSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { ensureFolder, stagingPathFor, writeError } from '../../platform/files/atomic-file.js'
import { messageOf, PerchError } from '../../platform/perch-error.js'

export type LinkMode = 'link' | 'copy'

/**
 * The mode for runtimes in this folder.
 * @throws PerchError `link-mode-unavailable`, `disk-full`
 */
export function linkModeOf(folder: string, env: Readonly<Record<string, string | undefined>>): LinkMode {
  const forced = env.PERCH_LINK_MODE
  if (forced !== undefined && forced !== '' && forced !== 'link') {
    throw new PerchError(
      'link-mode-unavailable',
      `PERCH_LINK_MODE=${forced}: this version of perch builds runtimes with links only`,
      {
        hint: 'Unset PERCH_LINK_MODE.',
      },
    )
  }
  probe(folder)
  return 'link'
}

function probe(folder: string): void {
  ensureFolder(folder)
  const path = stagingPathFor(join(folder, 'link-probe'))
  try {
    symlinkSync('nowhere', path)
  } catch (error) {
    const known = writeError(path, error)
    if (known instanceof PerchError && known.code === 'disk-full') throw known
    throw new PerchError('link-mode-unavailable', `${folder} does not take symbolic links: ${messageOf(error)}`, {
      cause: error,
      hint: 'Set PERCH_HOME to a folder on a file system that has them.',
    })
  } finally {
    rmSync(path, { force: true })
  }
}
