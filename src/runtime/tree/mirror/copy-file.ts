/** Brings the file of one side to the other, or notes that both are the same. */
import { chmodSync } from 'node:fs'
import { reached } from '../../runtime-step.js'
import { copyAside } from '../kept-aside.js'
import { appendRest, continues, growsAtItsEnd } from './append.js'
import { type MirrorSide, otherSide } from './decide-entry.js'
import { decideMode } from './decide-mode.js'
import { type EntryPair, keyOf, type Seen, type SeenFile } from './entry-pair.js'
import type { BaseEntry } from './index-piece.js'
import { lookAt } from './look.js'
import type { MirrorPass } from './pass.js'
import type { Performed } from './performed.js'
import type { EntryPlan } from './plan-entry.js'
import { publishFile } from './publish.js'
import { setAside } from './strange-entry.js'

/** Both have the same content: what is left is whose permission bits hold. */
export function recordFile(pass: MirrorPass, { pair, base, home, runtime, contents }: EntryPlan): Performed {
  if (home.kind !== 'file' || runtime.kind !== 'file') return 'done'
  const change = modeChange(base, home, runtime)
  const isChanged = change !== null && !(pass.purpose === 'drain' && change.to === 'runtime')
  if (isChanged) chmodSync(change.to === 'home' ? home.path : runtime.path, change.mode)
  const [a, b] = isChanged ? [lookAt(home.path), lookAt(runtime.path)] : [home, runtime]
  if (a.kind !== 'file' || b.kind !== 'file') return 'again'
  pass.index.set(pair.folder, pair.name, { kind: 'file', hash: contents.home, home: a.print, runtime: b.print })
  return 'done'
}

/** The content of `loser`, if it is one, is kept aside before. A drain copies nothing into the runtime. */
export async function copyFileTo(
  pass: MirrorPass,
  plan: EntryPlan,
  to: MirrorSide,
  loser: MirrorSide | null,
): Promise<Performed> {
  const { pair, base } = plan
  const [from, target] = [plan[otherSide(to)], plan[to]]
  if (from.kind !== 'file') return 'again'
  // One that a power cut emptied is made what it was: nobody deleted it, and it is removed as any other.
  const isUnwritten = pass.isAfterRestart && loser === null && target.kind === 'file' && target.print.size === 0
  if (pass.purpose === 'drain' && to === 'runtime' && !isUnwritten) {
    if (loser === 'runtime') setAside(pass, pair, 'changed on both sides, the shared copy is newer', 'file')
    return 'done'
  }
  if (loser !== null && target.kind === 'file') {
    copyAside(
      pass.context,
      target.path,
      `changed on both sides, the copy of the ${to === 'home' ? 'profile' : 'shared home'} is newer`,
      { kind: 'file', target: pair.homePath },
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

/** Whose permission bits are to change. */
export function modeChange(base: BaseEntry | undefined, home: Seen, runtime: Seen): ReturnType<typeof decideMode> {
  if (home.kind !== 'file' || runtime.kind !== 'file') return null
  return decideMode(base?.kind === 'file' ? base : undefined, home.print, runtime.print)
}

/** What comes from the shared home is no news, as with a link. */
function noteCopy({ context }: MirrorPass, pair: EntryPair, from: SeenFile, to: MirrorSide, isConflict: boolean): void {
  if (to === 'runtime' && !isConflict) return
  const [source, target] = to === 'home' ? [from.path, pair.homePath] : [from.path, pair.runtimePath]
  context.journal.write({ what: isConflict ? 'conflict' : 'adopted', name: keyOf(pair), from: source, to: target })
}
