/** Removes what the other side deleted, or has replaced by something of another kind: only what still is as it was compared. */
import { rmdirSync } from 'node:fs'
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
import { removeSeen } from './remove-seen.js'
import { leaveOccupied } from './strange-entry.js'

export function removeEntry(pass: MirrorPass, { pair, home, runtime }: EntryPlan, from: MirrorSide): Performed {
  const [seen, path] = from === 'home' ? [home, pair.homePath] : [runtime, pair.runtimePath]
  const [other, otherPath] = from === 'home' ? [runtime, pair.runtimePath] : [home, pair.homePath]
  if (!isStill(other, otherPath) || !removeSeen(seen, path)) return 'again'
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
    if (!removeSeen(seen, from === 'home' ? pair.homePath : pair.runtimePath)) return 'again'
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
