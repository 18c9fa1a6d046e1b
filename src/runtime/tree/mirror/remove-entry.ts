/** Removes what the other side deleted, or has replaced by something of another kind: only what still is as it was compared. */
import { rmdirSync, rmSync } from 'node:fs'
import { basename, dirname } from 'node:path'
import { writeError } from '../../../platform/files/atomic-file.js'
import { errnoOf } from '../../../platform/perch-error.js'
import { reached } from '../../runtime-step.js'
import type { MirrorSide } from './decide-entry.js'
import { keyOf } from './entry-pair.js'
import { forgetTree, isUntouched, removeTree } from './give-way.js'
import { isStill } from './look.js'
import type { MirrorPass } from './pass.js'
import type { Performed } from './performed.js'
import type { EntryPlan } from './plan-entry.js'
import { leaveOccupied } from './strange-entry.js'

export function removeEntry(pass: MirrorPass, { pair, home, runtime }: EntryPlan, from: MirrorSide): Performed {
  // On the home's side a link goes, not what it leads to.
  const [seen, path] = from === 'home' ? [home, pair.homePath] : [runtime, pair.runtimePath]
  const [other, otherPath] = from === 'home' ? [runtime, pair.runtimePath] : [home, pair.homePath]
  const isLink = from === 'home' && seen.kind === 'file' && seen.path !== path
  if (!isStill(seen, isLink ? seen.path : path) || !isStill(other, otherPath)) return 'again'
  try {
    rmSync(path)
  } catch (error) {
    throw writeError(path, error)
  }
  reached('mirror-removed')
  pass.context.journal.write({ what: 'deleted', name: keyOf(pair), from: path, why: 'it was deleted on the other side' })
  pass.index.drop(pair.folder, pair.name)
  return 'done'
}

export async function giveWay(pass: MirrorPass, plan: EntryPlan, from: MirrorSide): Promise<Performed> {
  const { pair } = plan
  const seen = plan[from]
  if (pass.purpose === 'drain' && from === 'runtime') return leaveOccupied(pass, plan)
  if (seen.kind === 'file') {
    if (!isStill(seen, seen.path)) return 'again'
    rmSync(from === 'home' ? pair.homePath : pair.runtimePath)
  } else if (seen.kind === 'folder' && !seen.isLinked && (await isUntouched(pass, keyOf(pair), seen.path, from))) {
    if (!removeTree(pass, keyOf(pair), seen.path, from)) return leaveOccupied(pass, plan)
  } else {
    return leaveOccupied(pass, plan)
  }
  reached('mirror-removed')
  pass.context.journal.write({
    what: 'deleted',
    name: keyOf(pair),
    why: 'the other side has something of another kind in its place',
  })
  forgetTree(pass.index, pair.folder, pair.name)
  return 'again'
}

/** After what was in it was decided: a folder that the other side deleted goes when it is empty. */
export function removeEmptied(pass: MirrorPass, key: string, path: string): void {
  try {
    rmdirSync(path)
  } catch (error) {
    // Something is in it still, or new: it is decided by itself.
    if (errnoOf(error) === 'ENOTEMPTY' || errnoOf(error) === 'EEXIST') return
    throw writeError(path, error)
  }
  const folder = dirname(key)
  forgetTree(pass.index, folder === '.' ? '' : folder, basename(key))
}
