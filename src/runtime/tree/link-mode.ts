/**
 * How a runtime shows the shared entries: by links where the file system grants them, by copies that are kept in step where it
 * does not (Windows without the privilege, exFAT, SMB). Found out by making a link.
 */
import { rmSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { ensureFolder, stagingPathFor, writeError } from '../../platform/files/atomic-file.js'
import { errnoOf, messageOf, PerchError } from '../../platform/perch-error.js'

export type LinkMode = 'link' | 'copy'

/**
 * The mode for runtimes in this folder. `PERCH_LINK_MODE` is `copy`, `link` or not set.
 * @throws PerchError `link-mode-unavailable`, `disk-full`, `not-writable`
 */
export function linkModeOf(folder: string, env: Readonly<Record<string, string | undefined>>): LinkMode {
  const asked = env.PERCH_LINK_MODE ?? ''
  if (asked !== '' && asked !== 'link' && asked !== 'copy') {
    throw new PerchError('link-mode-unavailable', `PERCH_LINK_MODE=${asked}: there is no such mode`, {
      hint: 'Set it to link or copy, or unset it: perch then finds out by itself.',
    })
  }
  if (asked === 'copy') return 'copy'
  const refusal = refusalOfLinks(folder)
  if (refusal === null) return 'link'
  if (asked === '') return 'copy'
  throw new PerchError('link-mode-unavailable', `${folder} does not take symbolic links: ${messageOf(refusal)}`, {
    cause: refusal,
    hint: 'Unset PERCH_LINK_MODE to work with copies, or set PERCH_HOME to a folder on a file system that has links.',
  })
}

/** Why the file system does not take a link; null when it does. @throws PerchError `disk-full`, `not-writable` */
export function refusalOfLinks(folder: string): unknown {
  ensureFolder(folder)
  const path = stagingPathFor(join(folder, 'link-probe'))
  try {
    symlinkSync('nowhere', path)
    return null
  } catch (error) {
    // EPERM is how Windows, FAT and SMB refuse; a disk that takes nothing at all says nothing about links.
    if (['ENOSPC', 'EDQUOT', 'EROFS', 'EACCES'].includes(errnoOf(error) ?? '')) throw writeError(path, error)
    return error
  } finally {
    rmSync(path, { force: true })
  }
}
