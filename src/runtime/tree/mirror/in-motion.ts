/** Whether what a decision would bring over, delete or set aside is still being written. */
import { statSync } from 'node:fs'
import { dirname } from 'node:path'
import { type EntryDecision, type MirrorSide, otherSide } from './decide-entry.js'
import { keyOf } from './entry-pair.js'
import { fluxOf, QUIET_MS } from './in-flux.js'
import type { BaseEntry } from './index-piece.js'
import type { MirrorPass } from './pass.js'
import type { EntryPlan } from './plan-entry.js'

/** For how long to wait before the name is looked at again; null when it can be done now. */
export function motionOf(
  pass: MirrorPass,
  plan: Omit<EntryPlan, 'decision' | 'contents'>,
  decision: EntryDecision,
): number | null {
  const { pair, base } = plan
  const key = keyOf(pair)
  const file = base?.kind === 'file' ? base : undefined
  const fluxIn = (side: MirrorSide): number | null => {
    const seen = plan[side]
    if (seen.kind !== 'file' || (pass.purpose === 'drain' && side === 'runtime')) return null
    return fluxOf(pass.context, `${side}:${key}`, seen.print, file?.[side] ?? null)
  }
  if (decision.do === 'unite' || (decision.do === 'copy' && decision.loser !== null)) return fluxIn('home') ?? fluxIn('runtime')
  if (decision.do === 'copy') return isCopiedAtOnce(pass, decision, base) ? null : fluxIn(otherSide(decision.to))
  // An editor may delete a file only to write it anew. The runtime's copy would simply come back.
  const isLossInHome = decision.do === 'remove' && decision.from === 'home' && pass.purpose !== 'drain'
  return isLossInHome ? restOfFolder(pair.runtimePath) : null
}

/**
 * A build does not wait for a file that nobody has a copy of: what it brings is brought again once it has changed. A drain
 * copies nothing into the runtime.
 */
function isCopiedAtOnce({ purpose }: MirrorPass, { to }: { readonly to: MirrorSide }, base: BaseEntry | undefined): boolean {
  return to === 'runtime' && (purpose === 'drain' || (purpose === 'build' && base === undefined))
}

function restOfFolder(path: string): number | null {
  const stat = statSync(dirname(path), { throwIfNoEntry: false })
  const restMs = stat === undefined ? 0 : QUIET_MS - Math.abs(Date.now() - stat.mtimeMs)
  return restMs > 0 ? Math.ceil(restMs) : null
}
