/** What cannot be mirrored as a file or folder: links of the runtime, two things of one name, what is neither read nor replaced. */
import { rmSync, symlinkSync } from 'node:fs'
import { writeError } from '../../../platform/files/atomic-file.js'
import { moveAside } from '../kept-aside.js'
import { leadsTo, movedLinkText } from '../moved-link.js'
import { type EntryPair, keyOf, type Seen } from './entry-pair.js'
import { forgetTree } from './give-way.js'
import { findUnmerged, type MirrorPass, sayOnce } from './pass.js'
import type { Performed } from './performed.js'
import type { EntryPlan } from './plan-entry.js'

export function adoptLink(pass: MirrorPass, { pair, runtime }: EntryPlan): Performed {
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

export function leaveOccupied(pass: MirrorPass, { pair, base, home, runtime }: EntryPlan): Performed {
  if (runtime.kind === 'link' && leadsTo(movedLinkText(pass.context, pair.runtimePath, pair.homePath), pair.homePath)) {
    if (pass.purpose === 'drain') rmSync(pair.runtimePath)
    return 'done'
  }
  const why = 'something else has this name on the other side'
  // On a disk that is not there now, say: what was shared before waits for its place.
  const mayComeBack = home.kind === 'closed' && !home.lasts && base?.kind === 'file'
  if (pass.purpose === 'drain' && mayComeBack) findUnmerged(pass, keyOf(pair), home.why)
  else if (pass.purpose === 'drain') setAside(pass, pair, why, runtime.kind)
  else sayOnce(pass, keyOf(pair), why)
  return 'done'
}

export function leaveClosed(pass: MirrorPass, pair: EntryPair, home: Seen, runtime: Seen): Performed {
  const isDrain = pass.purpose === 'drain'
  if (home.kind === 'closed') sayOnce(pass, keyOf(pair), home.why)
  if (runtime.kind !== 'closed') return 'done'
  // Pipes, sockets and devices carry nothing once their process is gone.
  if (isDrain && runtime.isSpecial) rmSync(pair.runtimePath)
  else if (isDrain) findUnmerged(pass, keyOf(pair), runtime.why)
  else sayOnce(pass, keyOf(pair), runtime.why)
  return 'done'
}

/** A person may have it back in the shared home, but for a link: where that led to is known in the runtime only. */
export function setAside(pass: MirrorPass, pair: EntryPair, why: string, kind: Seen['kind']): void {
  const belongs = kind === 'file' || kind === 'folder' ? { kind, target: pair.homePath } : undefined
  moveAside(pass.context, pair.runtimePath, why, belongs)
  forgetTree(pass.index, pair.folder, pair.name)
}
