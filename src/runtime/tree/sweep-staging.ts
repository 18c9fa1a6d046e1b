/** Removes what a perch that was killed in the middle of an atomic write left beside its target. */
import { lstatSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { STAGING_SUFFIX } from '../../platform/files/atomic-file.js'
import type { RuntimeContext } from '../runtime-context.js'
import { namesIn } from './links.js'

/** No write of perch takes this long, a folder moved across file systems included; another perch may be in the middle of one. */
export const STAGING_LIFE_MS = 60 * 60 * 1000

/** Sweeps the folders that perch writes into for this profile. */
export function sweepStaging(context: RuntimeContext): void {
  const { root, credentials, state, leases, sync } = context.folders
  for (const folder of [root, credentials, state, leases, sync, join(sync, 'base'), context.sharedHome]) {
    for (const name of namesIn(folder)) if (name.endsWith(STAGING_SUFFIX)) removeIfOld(join(folder, name))
  }
}

function removeIfOld(path: string): void {
  const stat = lstatSync(path, { throwIfNoEntry: false })
  if (stat !== undefined && Date.now() - stat.mtimeMs > STAGING_LIFE_MS) rmSync(path, { recursive: true, force: true })
}
