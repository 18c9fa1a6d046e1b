/** Whose permission bits hold. Pure. A hook must stay executable, also when its file was replaced by a program that knows nothing of modes. */
import type { MirrorSide } from './decide-entry.js'
import type { FileBase } from './index-piece.js'
import type { SidePrint } from './side-print.js'

/**
 * The bits to set, or null. Changes are seen against what each side itself showed before, for some file systems show the same
 * bits for every file. A file that was replaced says nothing: it keeps the mode that the person gave it.
 */
export function decideMode(
  base: FileBase | undefined,
  home: SidePrint,
  runtime: SidePrint,
): { readonly to: MirrorSide; readonly mode: number } | null {
  if (home.mode === runtime.mode) return null
  const before = { home: base?.home ?? null, runtime: base?.runtime ?? null }
  const toRuntime = { to: 'runtime', mode: home.mode } as const
  if (before.home === null || before.runtime === null || before.home.mode !== home.mode) return toRuntime
  if (before.runtime.mode === runtime.mode) return null
  return before.runtime.ino === runtime.ino ? { to: 'home', mode: runtime.mode } : toRuntime
}
