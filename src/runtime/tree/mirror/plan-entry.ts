/**
 * From the two places of a name to a decision: looks at both, reads only what does not look as it was noted, and waits for a
 * file that is still being written.
 */

import { statSync } from 'node:fs'
import { dirname } from 'node:path'
import { continues, growsAtItsEnd } from './append.js'
import { hashOfFile } from './content.js'
import { decideEntry, type EntryBase, type EntryDecision, type EntrySide, type MirrorSide } from './decide-entry.js'
import { type EntryPair, keyOf, type Seen, type SeenFile } from './entry-pair.js'
import { fluxOf, QUIET_MS } from './in-flux.js'
import { lookAtHome, lookAtRuntime } from './look.js'
import type { BaseEntry, FileBase } from './mirror-index.js'
import { findWaiting, type MirrorPass } from './pass.js'
import { isAsNoted } from './side-print.js'

export interface EntryPlan {
  readonly pair: EntryPair
  readonly base: BaseEntry | undefined
  readonly home: Seen
  readonly runtime: Seen
  /** Hashes of the two files, where they had to be known. */
  readonly contents: { readonly home: string | null; readonly runtime: string | null }
  readonly decision: EntryDecision
}

export type Planned = EntryPlan | 'settled' | 'waiting' | 'changed'

/** A line that is cut off is most likely being written; after this it counts as one. */
const UNFINISHED_LINE_MS = 2_000

export async function planEntry(pass: MirrorPass, pair: EntryPair): Promise<Planned> {
  const noted = pass.index.get(pair.folder, pair.name)
  const home = lookAtHome(pass.context, pair)
  const runtime = lookAtRuntime(pair)
  // What may never have been there was not deleted, nor will it have been once absence counts again.
  const isToForget = noted?.kind === 'file' && runtime.kind === 'absent' && !pair.runtimeAbsenceCounts
  if (isToForget) pass.index.drop(pair.folder, pair.name)
  const base = isToForget ? undefined : noted
  const plan = { pair, base, home, runtime }
  const rules = { runtimeAbsenceCounts: absenceCounts(pair, home), isAppendOnly: isAppendOnly(pass, pair), longer: null }
  if (home.kind !== 'file' || runtime.kind !== 'file') {
    const contents = await oneContent(base, home, runtime)
    if (contents === undefined) return 'changed'
    const baseSide = base?.kind === 'file' ? ({ kind: 'file', content: contents.base } as const) : (base ?? null)
    const decision = decideEntry(baseSide, sideOf(home, contents.home), sideOf(runtime, contents.runtime), rules)
    if (isInMotion(pass, plan, decision)) return 'waiting'
    return { ...plan, contents, decision }
  }
  const file = base?.kind === 'file' ? base : undefined
  const isNoted = { home: isAsNoted(file?.home ?? null, home.print), runtime: isAsNoted(file?.runtime ?? null, runtime.print) }
  if (isNoted.home && isNoted.runtime) return 'settled'
  const grown = growsAtItsEnd(pair.name, pass.context.relocation.entries.appendOnly)
    ? grownSide(file, home, runtime, isNoted)
    : null
  if (grown !== null) {
    if (isCutLine(pass, grown, home, runtime)) return waitFor(pass, pair, 'a line of it is being written', QUIET_MS)
    const decision = { do: 'copy', to: grown === 'home' ? 'runtime' : 'home', loser: null } as const
    return { ...plan, contents: { home: null, runtime: null }, decision }
  }
  const contents = await bothContents(file, home, runtime, isNoted)
  if (contents === undefined) return 'changed'
  const baseSide: EntryBase = contents.base === null ? null : { kind: 'file', content: contents.base }
  const sides = [sideOf(home, contents.home), sideOf(runtime, contents.runtime)] as const
  const longer = contents.home === contents.runtime ? null : longerSide(pass, pair, home, runtime)
  const decision = decideEntry(baseSide, ...sides, { ...rules, longer })
  if (isInMotion(pass, plan, decision)) return 'waiting'
  return { ...plan, contents, decision }
}

/** What is missing at the top level of the runtime deletes no folder and no link of a person, as a deleted link would not. */
function absenceCounts(pair: EntryPair, home: Seen): boolean {
  if (!pair.runtimeAbsenceCounts) return false
  return !pair.isTop || (home.kind === 'file' && home.path === pair.homePath)
}

function isAppendOnly({ context }: MirrorPass, pair: EntryPair): boolean {
  return pair.isTop && context.relocation.entries.appendOnly.includes(pair.name)
}

interface Contents {
  readonly home: string | null
  readonly runtime: string | null
  readonly base: string | null
}

/** For a file that only one side has: unread where it is as noted. */
async function oneContent(
  base: BaseEntry | undefined,
  home: Seen,
  runtime: Seen,
): Promise<(Contents & { base: string }) | undefined> {
  const file = base?.kind === 'file' ? base : undefined
  const baseContent = file?.hash ?? UNREAD
  const contentOf = async (seen: Seen, side: MirrorSide): Promise<string | null | undefined> => {
    if (seen.kind !== 'file' || file === undefined) return null
    return isAsNoted(file[side], seen.print) ? baseContent : await hashOfFile(seen)
  }
  const [a, b] = [await contentOf(home, 'home'), await contentOf(runtime, 'runtime')]
  return a === undefined || b === undefined ? undefined : { home: a, runtime: b, base: baseContent }
}

/** Stands for the content of a large file that was never read; no hash looks like it. */
const UNREAD = 'unread'

async function bothContents(
  base: FileBase | undefined,
  home: SeenFile,
  runtime: SeenFile,
  isNoted: Readonly<Record<MirrorSide, boolean>>,
): Promise<Contents | undefined> {
  const known = base?.hash ?? null
  const a = isNoted.home && known !== null ? known : await hashOfFile(home)
  const b = isNoted.runtime && known !== null ? known : await hashOfFile(runtime)
  if (a === undefined || b === undefined) return undefined
  // The side that is as noted still has the content of the base.
  const unread = isNoted.home ? a : isNoted.runtime ? b : null
  return { home: a, runtime: b, base: known ?? unread }
}

function sideOf(seen: Seen, content: string | null): EntrySide {
  if (seen.kind !== 'file') return { kind: seen.kind }
  return { kind: 'file', content: content ?? UNREAD_SIDE, mtimeMs: seen.print.mtimeMs }
}

/** A new file, not read before it is copied: nobody has its content yet. */
const UNREAD_SIDE = 'new'

/** The side that only got more at its end, the other one being as noted. */
function grownSide(
  base: FileBase | undefined,
  home: SeenFile,
  runtime: SeenFile,
  isNoted: Readonly<Record<MirrorSide, boolean>>,
): MirrorSide | null {
  if (base === undefined || isNoted.home === isNoted.runtime) return null
  const [side, longer, shorter] = isNoted.home ? (['runtime', runtime, home] as const) : (['home', home, runtime] as const)
  const isSameInode = base[side]?.ino === longer.print.ino
  return isSameInode && continues(longer, shorter) !== 'no' ? side : null
}

function longerSide(pass: MirrorPass, pair: EntryPair, home: SeenFile, runtime: SeenFile): MirrorSide | null {
  if (!growsAtItsEnd(pair.name, pass.context.relocation.entries.appendOnly)) return null
  if (continues(home, runtime) !== 'no') return 'home'
  return continues(runtime, home) !== 'no' ? 'runtime' : null
}

function isCutLine(pass: MirrorPass, grown: MirrorSide, home: SeenFile, runtime: SeenFile): boolean {
  if (pass.purpose === 'drain' && grown === 'runtime') return false
  const [longer, shorter] = grown === 'home' ? [home, runtime] : [runtime, home]
  const isYoung = Math.abs(Date.now() - longer.print.mtimeMs) < UNFINISHED_LINE_MS
  return isYoung && continues(longer, shorter) === 'in-a-line'
}

/** Whether what the decision would bring over, delete or set aside is still being written. */
function isInMotion(pass: MirrorPass, plan: Omit<EntryPlan, 'decision' | 'contents'>, decision: EntryDecision): boolean {
  const { pair, base } = plan
  const key = keyOf(pair)
  const file = base?.kind === 'file' ? base : undefined
  const fluxIn = (side: MirrorSide): number | null => {
    const seen = plan[side]
    if (seen.kind !== 'file' || (pass.purpose === 'drain' && side === 'runtime')) return null
    return fluxOf(pass.context, `${side}:${key}`, seen.print, file?.[side] ?? null)
  }
  let restMs: number | null = null
  if (decision.do === 'unite' || (decision.do === 'copy' && decision.loser !== null)) restMs = fluxIn('home') ?? fluxIn('runtime')
  else if (decision.do === 'copy' && !isFirstCopy(pass, decision, base))
    restMs = fluxIn(decision.to === 'home' ? 'runtime' : 'home')
  // An editor may delete a file only to write it anew. The runtime's copy would simply come back.
  else if (decision.do === 'remove' && decision.from === 'home' && pass.purpose !== 'drain')
    restMs = restOfFolder(pair.runtimePath)
  if (restMs === null) return false
  waitFor(pass, pair, 'it is being written', restMs)
  return true
}

/** A build does not wait for a file that nobody has a copy of: what it brings is brought again once it has changed. */
function isFirstCopy(pass: MirrorPass, decision: { readonly to: MirrorSide }, base: BaseEntry | undefined): boolean {
  return pass.purpose === 'build' && decision.to === 'runtime' && base === undefined
}

function restOfFolder(path: string): number | null {
  const stat = statSync(dirname(path), { throwIfNoEntry: false })
  const restMs = stat === undefined ? 0 : QUIET_MS - Math.abs(Date.now() - stat.mtimeMs)
  return restMs > 0 ? Math.ceil(restMs) : null
}

function waitFor(pass: MirrorPass, pair: EntryPair, why: string, againInMs: number): 'waiting' {
  findWaiting(pass, keyOf(pair), why, againInMs)
  return 'waiting'
}
