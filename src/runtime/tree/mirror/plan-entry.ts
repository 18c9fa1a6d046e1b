/**
 * From the two places of a name to a decision: looks at both, reads only what does not look as it was noted, and waits for a
 * file that is still being written.
 */
import { growsAtItsEnd } from './append.js'
import { hashOf } from './content.js'
import { decideEntry, type EntryBase, type EntryDecision, type EntryRules, otherSide } from './decide-entry.js'
import { bothContents, oneContent, sideOf } from './entry-content.js'
import { type EntryPair, keyOf, type Seen, type SeenFile } from './entry-pair.js'
import { grownSide, isCutLine, longerSide } from './grown-file.js'
import { QUIET_MS } from './in-flux.js'
import { motionOf } from './in-motion.js'
import type { BaseEntry } from './index-piece.js'
import { lookAtHome, lookAtRuntime } from './look.js'
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

/** Made when it is asked for: without copies nothing is hashed. */
const noContent = () => hashOf(Buffer.alloc(0))

type Planned = EntryPlan | 'settled' | 'waiting' | 'changed'

export async function planEntry(pass: MirrorPass, pair: EntryPair): Promise<Planned> {
  const noted = pass.index.get(pair.folder, pair.name)
  const home = lookAtHome(pass.context, pair)
  const runtime = lookAtRuntime(pair)
  // What may never have been there was not deleted, nor will it have been once absence counts again.
  const isToForget = noted?.kind === 'file' && runtime.kind === 'absent' && !pair.runtimeAbsenceCounts
  if (isToForget) pass.index.drop(pair.folder, pair.name)
  const base = isToForget ? undefined : noted
  const rules = {
    runtimeAbsenceCounts: absenceCounts(pair, home),
    isAppendOnly: isAppendOnly(pass, pair),
    longer: null,
    unwritten: pass.isAfterRestart ? noContent() : null,
  }
  if (home.kind === 'file' && runtime.kind === 'file') return await planFiles(pass, { pair, base, home, runtime }, rules)
  const contents = await oneContent(base, home, runtime)
  if (contents === undefined) return 'changed'
  const baseSide = base?.kind === 'file' ? ({ kind: 'file', content: contents.base } as const) : (base ?? null)
  const decision = decideEntry(baseSide, sideOf(home, contents.home), sideOf(runtime, contents.runtime), rules)
  return unlessInMotion(pass, { pair, base, home, runtime, contents, decision })
}

interface TwoFiles {
  readonly pair: EntryPair
  readonly base: BaseEntry | undefined
  readonly home: SeenFile
  readonly runtime: SeenFile
}

async function planFiles(pass: MirrorPass, files: TwoFiles, rules: EntryRules): Promise<Planned> {
  const { pair, base, home, runtime } = files
  const file = base?.kind === 'file' ? base : undefined
  const isNoted = { home: isAsNoted(file?.home ?? null, home.print), runtime: isAsNoted(file?.runtime ?? null, runtime.print) }
  if (isNoted.home && isNoted.runtime) return 'settled'
  const mayGrow = growsAtItsEnd(pair.name, pass.context.relocation.entries.appendOnly)
  const grown = mayGrow ? grownSide(file, home, runtime, isNoted) : null
  if (grown !== null) {
    if (isCutLine(pass, grown, home, runtime)) return waitFor(pass, pair, 'a line of it is being written', QUIET_MS)
    const decision = { do: 'copy', to: otherSide(grown), loser: null } as const
    return { ...files, contents: { home: null, runtime: null }, decision }
  }
  const contents = await bothContents(file, home, runtime, isNoted)
  if (contents === undefined) return 'changed'
  const baseSide: EntryBase = contents.base === null ? null : { kind: 'file', content: contents.base }
  const sides = [sideOf(home, contents.home), sideOf(runtime, contents.runtime)] as const
  const longer = mayGrow && contents.home !== contents.runtime ? longerSide(home, runtime) : null
  const decision = decideEntry(baseSide, ...sides, { ...rules, longer })
  return unlessInMotion(pass, { ...files, contents, decision })
}

function unlessInMotion(pass: MirrorPass, plan: EntryPlan): EntryPlan | 'waiting' {
  const restMs = motionOf(pass, plan, plan.decision)
  return restMs === null ? plan : waitFor(pass, plan.pair, 'it is being written', restMs)
}

/** What is missing at the top level of the runtime deletes no folder and no link of a person, as a deleted link would not. */
function absenceCounts(pair: EntryPair, home: Seen): boolean {
  if (!pair.runtimeAbsenceCounts) return false
  return !pair.isTop || (home.kind === 'file' && home.path === pair.homePath)
}

function isAppendOnly({ context }: MirrorPass, pair: EntryPair): boolean {
  return pair.isTop && context.relocation.entries.appendOnly.includes(pair.name)
}

function waitFor(pass: MirrorPass, pair: EntryPair, why: string, againInMs: number): 'waiting' {
  findWaiting(pass, keyOf(pair), why, againInMs)
  return 'waiting'
}
