/** Of two copies of a file that grows at its end: which one has more. */
import { continues } from './append.js'
import type { MirrorSide } from './decide-entry.js'
import type { SeenFile } from './entry-pair.js'
import type { FileBase } from './index-piece.js'
import type { MirrorPass } from './pass.js'

/** A line that is cut off is most likely being written; after this it counts as one. */
const UNFINISHED_LINE_MS = 2_000

/** The side that only got more at its end, the other one being as noted. */
export function grownSide(
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

/** The side whose file begins with all of the other's. */
export function longerSide(home: SeenFile, runtime: SeenFile): MirrorSide | null {
  if (continues(home, runtime) !== 'no') return 'home'
  return continues(runtime, home) !== 'no' ? 'runtime' : null
}

/** Whether the end of the longer one is a line that is still being written. */
export function isCutLine(pass: MirrorPass, grown: MirrorSide, home: SeenFile, runtime: SeenFile): boolean {
  if (pass.purpose === 'drain' && grown === 'runtime') return false
  const [longer, shorter] = grown === 'home' ? [home, runtime] : [runtime, home]
  const isYoung = Math.abs(Date.now() - longer.print.mtimeMs) < UNFINISHED_LINE_MS
  return isYoung && continues(longer, shorter) === 'in-a-line'
}
