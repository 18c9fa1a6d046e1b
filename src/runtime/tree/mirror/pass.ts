/** One run of the mirror over a tree or a part of it: what it works with, and what it found that is not done. */
import type { PassOutcome } from '../../live/pass-outcome.js'
import type { RuntimeContext } from '../../runtime-context.js'
import { type MirrorIndex, openMirrorIndex } from './mirror-index.js'
import { isFromEarlierBoot } from './mirror-phase.js'
import { type Pace, startPace } from './pace.js'

/**
 * `build` and `live` go both ways. `drain` only takes over: nobody uses the runtime any more, so nothing in it is still being
 * written, nothing is copied into it, and what cannot be taken over is kept aside.
 */
export type MirrorPurpose = 'build' | 'live' | 'drain'

export interface MirrorPass {
  readonly context: RuntimeContext
  readonly purpose: MirrorPurpose
  readonly index: MirrorIndex
  readonly pace: Pace
  /** The tree was built before the machine was started again. */
  readonly isAfterRestart: boolean
  /** What is not done yet. */
  readonly findings: Findings
}

interface Findings {
  waiting: { readonly why: string; readonly againInMs: number } | null
  blocked: string | null
  /** No space on one side: nothing more is tried in this pass. */
  isDiskFull: boolean
  /** What is in the runtime only, with the reason. */
  readonly unmerged: string[]
}

export function startPass(context: RuntimeContext, purpose: MirrorPurpose): MirrorPass {
  const findings: Findings = { waiting: null, blocked: null, isDiskFull: false, unmerged: [] }
  const isAfterRestart = isFromEarlierBoot(context)
  return { context, purpose, index: openMirrorIndex(context), pace: startPace(), isAfterRestart, findings }
}

/** The entry `key` is looked at again in the next pass, which must not come later than this. */
export function findWaiting({ findings }: MirrorPass, key: string, why: string, againInMs: number): void {
  if (findings.waiting !== null && findings.waiting.againInMs <= againInMs) return
  findings.waiting = { why: `${key}: ${why}`, againInMs }
}

export function findUnmerged({ findings }: MirrorPass, key: string, why: string): void {
  findings.unmerged.push(`${key}: ${why}`)
}

export function outcomeOf({ findings }: MirrorPass): PassOutcome {
  // What waits is looked at soon, and then what is blocked is found again.
  if (findings.waiting !== null && !findings.isDiskFull) return { state: 'waiting', ...findings.waiting }
  if (findings.blocked !== null) return { state: 'blocked', why: findings.blocked }
  return { state: 'in-step' }
}

const said = new WeakMap<RuntimeContext, Set<string>>()

/** Tells the person of something that is left as it is: once for each context, for the next pass finds it again. */
export function sayOnce({ context }: MirrorPass, key: string, why: string): void {
  const known = said.get(context) ?? new Set<string>()
  said.set(context, known)
  const line = `${key}: ${why}`
  if (known.has(line)) return
  known.add(line)
  context.journal.write({ what: 'not-followed', name: key, why })
  context.notices.push(`Not the same in the profile and in the shared home: ${line}.`)
}
