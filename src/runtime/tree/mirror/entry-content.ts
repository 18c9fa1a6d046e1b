/** The contents of the two files of a name, as hashes: read only where a file does not look as it was noted. */
import { hashOfFile } from './content.js'
import type { EntrySide, MirrorSide } from './decide-entry.js'
import type { Seen, SeenFile } from './entry-pair.js'
import type { BaseEntry, FileBase } from './index-piece.js'
import { isAsNoted } from './side-print.js'

export interface Contents {
  readonly home: string | null
  readonly runtime: string | null
  readonly base: string | null
}

/** Stands for the content of a large file that was never read; no hash looks like it. */
const UNREAD = 'unread'

/** A new file, not read before it is copied: nobody has its content yet. */
const UNREAD_SIDE = 'new'

/** For a file that only one side has: unread where it is as noted. */
export async function oneContent(
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

export async function bothContents(
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

/** The side as a decision sees it. */
export function sideOf(seen: Seen, content: string | null): EntrySide {
  if (seen.kind !== 'file') return { kind: seen.kind }
  return { kind: 'file', content: content ?? UNREAD_SIDE, mtimeMs: seen.print.mtimeMs }
}
