/** A name that is a folder on at least one side: made on the other, or entered to see whether it can go. */
import { chmodSync, lstatSync, mkdirSync, rmSync } from 'node:fs'
import { writeError } from '../../../platform/files/atomic-file.js'
import { reached } from '../../runtime-step.js'
import type { MirrorSide } from './decide-entry.js'
import { type EntryPair, keyOf, type Seen } from './entry-pair.js'
import { forgetTree } from './give-way.js'
import type { MirrorPass } from './pass.js'
import type { Performed } from './performed.js'
import type { EntryPlan } from './plan-entry.js'

export async function enterFolder(pass: MirrorPass, { pair, base, home, runtime }: EntryPlan): Promise<Performed> {
  if (home.kind === 'folder' && runtime.kind === 'folder') {
    if (base?.kind !== 'folder') pass.index.set(pair.folder, pair.name, { kind: 'folder' })
    return 'enter'
  }
  const isGoneFrom: MirrorSide = home.kind === 'folder' ? 'runtime' : 'home'
  const isDeletion = base?.kind === 'folder' && (isGoneFrom === 'home' || (pair.runtimeAbsenceCounts && !pair.isTop))
  if (isDeletion && !(home.kind === 'folder' && home.isLinked)) return 'enter'
  if (isDeletion) {
    // Only the link goes; what it leads to has its own place.
    rmSync(pair.homePath)
    forgetTree(pass.index, pair.folder, pair.name)
    return 'done'
  }
  if (pass.purpose === 'drain' && isGoneFrom === 'runtime') return 'done'
  await makeFolder(pass, pair, isGoneFrom, isGoneFrom === 'home' ? runtime : home)
  return 'enter'
}

async function makeFolder(pass: MirrorPass, pair: EntryPair, side: MirrorSide, like: Seen): Promise<void> {
  // Before it is there: what is noted of an earlier folder would make everything that the new one lacks a deletion.
  forgetTree(pass.index, pair.folder, pair.name)
  await pass.index.save(pass.pace)
  const path = side === 'home' ? pair.homePath : pair.runtimePath
  try {
    mkdirSync(path, { mode: 0o700 })
    // Its owner must be able to fill it.
    if (like.kind === 'folder') chmodSync(path, (lstatSync(like.path).mode & 0o777) | 0o700)
  } catch (error) {
    throw writeError(path, error)
  }
  reached('mirror-folder-made')
  pass.index.set(pair.folder, pair.name, { kind: 'folder' })
  if (side === 'home') pass.context.journal.write({ what: 'adopted', name: keyOf(pair), from: pair.runtimePath, to: path })
}
