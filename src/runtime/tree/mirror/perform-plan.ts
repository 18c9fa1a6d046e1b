/**
 * Carries out a decision about one name. Each step leaves the index as it was until the step is done, and every step can be
 * done again: what a kill leaves between the two is found by comparing content.
 */
import { chmodSync, lstatSync, mkdirSync, rmdirSync, rmSync, symlinkSync } from 'node:fs'
import { basename, dirname } from 'node:path'
import { writeError } from '../../../platform/files/atomic-file.js'
import { errnoOf } from '../../../platform/perch-error.js'
import { reached } from '../../runtime-step.js'
import { copyAside, moveAside } from '../kept-aside.js'
import { leadsTo, movedLinkText } from '../moved-link.js'
import { appendRest, continues, growsAtItsEnd } from './append.js'
import { type MirrorSide, otherSide } from './decide-entry.js'
import { decideMode } from './decide-mode.js'
import { type EntryPair, keyOf, type Seen, type SeenFile } from './entry-pair.js'
import { forgetTree, isUntouched, removeTree } from './give-way.js'
import { isStill, lookAt } from './look.js'
import type { BaseEntry } from './mirror-index.js'
import { findUnmerged, type MirrorPass, sayOnce } from './pass.js'
import type { EntryPlan } from './plan-entry.js'
import { publishFile } from './publish.js'
import { uniteLines } from './unite-lines.js'

/** `enter`: both sides have a folder now, or one that the other deleted. `again`: look at it once more. */
export type Performed = 'done' | 'enter' | 'again'

/** Whether carrying it out writes into the home's side. */
export function writesHome({ decision, base, home, runtime }: EntryPlan): boolean {
  switch (decision.do) {
    case 'copy':
      return decision.to === 'home'
    case 'remove':
    case 'give-way':
      return decision.from === 'home'
    case 'unite':
    case 'adopt-link':
      return true
    case 'record':
      return modeChange(base, home, runtime)?.to === 'home'
    case 'enter':
      return home.kind === 'absent' || runtime.kind === 'absent'
    default:
      return false
  }
}

export async function performPlan(pass: MirrorPass, plan: EntryPlan): Promise<Performed> {
  const { pair, decision, home, runtime } = plan
  switch (decision.do) {
    case 'forget':
      forgetTree(pass.index, pair.folder, pair.name)
      return 'done'
    case 'record':
      return record(pass, plan)
    case 'copy':
      return await copy(pass, plan, decision.to, decision.loser)
    case 'unite':
      return await uniteLines(pass, plan)
    case 'remove':
      return remove(pass, plan, decision.from)
    case 'enter':
      return await enter(pass, plan)
    case 'give-way':
      return await giveWay(pass, plan, decision.from)
    case 'adopt-link':
      return adoptLink(pass, plan)
    case 'occupied':
      return occupied(pass, plan)
    case 'leave':
      return leave(pass, pair, home, runtime)
  }
}

function record(pass: MirrorPass, { pair, base, home, runtime, contents }: EntryPlan): Performed {
  if (home.kind !== 'file' || runtime.kind !== 'file') return 'done'
  const change = modeChange(base, home, runtime)
  const isChanged = change !== null && !(pass.purpose === 'drain' && change.to === 'runtime')
  if (isChanged) chmodSync(change.to === 'home' ? home.path : runtime.path, change.mode)
  const [a, b] = isChanged ? [lookAt(home.path), lookAt(runtime.path)] : [home, runtime]
  if (a.kind !== 'file' || b.kind !== 'file') return 'again'
  pass.index.set(pair.folder, pair.name, { kind: 'file', hash: contents.home, home: a.print, runtime: b.print })
  return 'done'
}

function modeChange(base: BaseEntry | undefined, home: Seen, runtime: Seen): ReturnType<typeof decideMode> {
  if (home.kind !== 'file' || runtime.kind !== 'file') return null
  return decideMode(base?.kind === 'file' ? base : undefined, home.print, runtime.print)
}

async function copy(pass: MirrorPass, plan: EntryPlan, to: MirrorSide, loser: MirrorSide | null): Promise<Performed> {
  const { pair, base } = plan
  const [from, target] = [plan[otherSide(to)], plan[to]]
  if (from.kind !== 'file') return 'again'
  if (pass.purpose === 'drain' && to === 'runtime') {
    if (loser === 'runtime') setAside(pass, pair, 'changed on both sides, the shared copy is newer')
    return 'done'
  }
  if (loser !== null && target.kind === 'file') {
    copyAside(
      pass.context,
      target.path,
      `changed on both sides, the copy of the ${to === 'home' ? 'profile' : 'shared home'} is newer`,
    )
    reached('mirror-kept-aside')
  }
  const modes = modeChange(base, plan.home, plan.runtime)
  const mode = modes?.to === to ? modes.mode : target.kind === 'file' && to === 'home' ? target.print.mode : from.print.mode
  const path = target.kind === 'file' ? target.path : to === 'home' ? pair.homePath : pair.runtimePath
  const isGrowth =
    target.kind === 'file' &&
    growsAtItsEnd(pair.name, pass.context.relocation.entries.appendOnly) &&
    continues(from, target) !== 'no'
  const published = isGrowth ? await appendRest(from, target) : await publishFile(from, { path, expected: target, mode })
  if (published === undefined) return 'again'
  if (!isGrowth) noteCopy(pass, pair, from, to, loser !== null)
  if (modes !== null && modes.to !== to && pass.purpose !== 'drain') chmodSync(from.path, modes.mode)
  const now = lookAt(from.path)
  const isUnchanged =
    now.kind === 'file' &&
    now.print.size === from.print.size &&
    now.print.mtimeMs === from.print.mtimeMs &&
    now.print.ino === from.print.ino
  const prints = { [to]: published.print, [otherSide(to)]: isUnchanged ? now.print : null }
  pass.index.set(pair.folder, pair.name, {
    kind: 'file',
    hash: published.hash,
    home: prints.home ?? null,
    runtime: prints.runtime ?? null,
  })
  return 'done'
}

/** What comes from the shared home is no news, as with a link. */
function noteCopy({ context }: MirrorPass, pair: EntryPair, from: SeenFile, to: MirrorSide, isConflict: boolean): void {
  if (to === 'runtime' && !isConflict) return
  const [source, target] = to === 'home' ? [from.path, pair.homePath] : [from.path, pair.runtimePath]
  context.journal.write({ what: isConflict ? 'conflict' : 'adopted', name: keyOf(pair), from: source, to: target })
}

function remove(pass: MirrorPass, { pair, home, runtime }: EntryPlan, from: MirrorSide): Performed {
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

async function enter(pass: MirrorPass, { pair, base, home, runtime }: EntryPlan): Promise<Performed> {
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

async function giveWay(pass: MirrorPass, plan: EntryPlan, from: MirrorSide): Promise<Performed> {
  const { pair } = plan
  const seen = plan[from]
  if (pass.purpose === 'drain' && from === 'runtime') return occupied(pass, plan)
  if (seen.kind === 'file') {
    if (!isStill(seen, seen.path)) return 'again'
    rmSync(from === 'home' ? pair.homePath : pair.runtimePath)
  } else if (seen.kind === 'folder' && !seen.isLinked && (await isUntouched(pass, keyOf(pair), seen.path, from))) {
    if (!removeTree(pass, keyOf(pair), seen.path, from)) return occupied(pass, plan)
  } else {
    return occupied(pass, plan)
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

function adoptLink(pass: MirrorPass, { pair, runtime }: EntryPlan): Performed {
  if (runtime.kind !== 'link') return 'again'
  const text = movedLinkText(pass.context, pair.runtimePath, pair.homePath)
  try {
    symlinkSync(text, pair.homePath)
  } catch (error) {
    throw writeError(pair.homePath, error)
  }
  pass.context.journal.write({ what: 'adopted', name: keyOf(pair), from: pair.runtimePath, to: pair.homePath, why: 'a new link' })
  pass.index.set(pair.folder, pair.name, { kind: 'link', text: runtime.text })
  return 'done'
}

function occupied(pass: MirrorPass, { pair, base, home, runtime }: EntryPlan): Performed {
  if (runtime.kind === 'link' && leadsTo(movedLinkText(pass.context, pair.runtimePath, pair.homePath), pair.homePath)) {
    if (pass.purpose === 'drain') rmSync(pair.runtimePath)
    return 'done'
  }
  const why = 'something else has this name on the other side'
  // On a disk that is not there now, say: what was shared before waits for its place.
  const mayComeBack = home.kind === 'closed' && !home.lasts && base?.kind === 'file'
  if (pass.purpose === 'drain' && mayComeBack) findUnmerged(pass, keyOf(pair), home.why)
  else if (pass.purpose === 'drain') setAside(pass, pair, why)
  else sayOnce(pass, keyOf(pair), why)
  return 'done'
}

function leave(pass: MirrorPass, pair: EntryPair, home: Seen, runtime: Seen): Performed {
  const isDrain = pass.purpose === 'drain'
  if (home.kind === 'closed') sayOnce(pass, keyOf(pair), home.why)
  if (runtime.kind !== 'closed') return 'done'
  // Pipes, sockets and devices carry nothing once their process is gone.
  if (isDrain && runtime.isSpecial) rmSync(pair.runtimePath)
  else if (isDrain) findUnmerged(pass, keyOf(pair), runtime.why)
  else sayOnce(pass, keyOf(pair), runtime.why)
  return 'done'
}

function setAside(pass: MirrorPass, pair: EntryPair, why: string): void {
  moveAside(pass.context, pair.runtimePath, why)
  forgetTree(pass.index, pair.folder, pair.name)
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
