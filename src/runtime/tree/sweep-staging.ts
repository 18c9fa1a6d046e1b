/** Removes what a perch that was killed in the middle of an atomic write left beside its target. */
import { lstatSync, realpathSync, rmSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { STAGING_SUFFIX } from '../../platform/files/atomic-file.js'
import { namesIn } from '../../platform/files/names-in.js'
import { errnoOf } from '../../platform/perch-error.js'
import { conflictsFolder } from '../../profiles/profile-definition.js'
import { documentPlaces } from '../document-place.js'
import type { RuntimeContext } from '../runtime-context.js'

/** No write of perch takes this long, a folder moved across file systems included; another perch may be in the middle of one. */
export const STAGING_LIFE_MS = 60 * 60 * 1000

/** Sweeps the folders that perch writes into for this profile. */
export function sweepStaging(context: RuntimeContext): void {
  const { root, credentials, state, leases, sync } = context.folders
  const { paths, profile } = context.request
  const own = [root, credentials, state, leases, sync, join(sync, 'base'), conflictsFolder(paths, profile.name)]
  for (const folder of new Set([...own, ...sharedFolders(context)])) {
    for (const name of listed(folder)) if (name.endsWith(STAGING_SUFFIX)) removeIfOld(join(folder, name))
  }
}

/** Where the person's files lie that perch replaces: also behind links that lead out of the shared home. */
function sharedFolders(context: RuntimeContext): readonly string[] {
  const { sharedHome } = context
  const entries = listed(sharedHome).map((name) => join(sharedHome, name))
  const documents = documentPlaces(context).flatMap(({ shared }) => shared ?? [])
  return [sharedHome, ...documents.map((path) => dirname(path)), ...[...entries, ...documents].flatMap(folderBehind)]
}

function folderBehind(path: string): readonly string[] {
  return attempt(() => [dirname(realpathSync.native(path))])
}

function listed(folder: string): readonly string[] {
  return attempt(() => namesIn(folder))
}

/** What cannot be looked at has nothing that perch wrote. */
function attempt(look: () => readonly string[]): readonly string[] {
  try {
    return look()
  } catch (error) {
    if (['ENOENT', 'ENOTDIR', 'ELOOP', 'EACCES', 'EPERM'].includes(errnoOf(error) ?? '')) return []
    throw error
  }
}

function removeIfOld(path: string): void {
  const stat = lstatSync(path, { throwIfNoEntry: false })
  if (stat !== undefined && Date.now() - stat.mtimeMs > STAGING_LIFE_MS) rmSync(path, { recursive: true, force: true })
}
