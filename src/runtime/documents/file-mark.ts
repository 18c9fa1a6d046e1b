/** What a file looked like at a moment, to the nanosecond, so that it can be seen later that it was written or replaced. */
import { type BigIntStats, statSync } from 'node:fs'

export interface FileMark {
  readonly dev: bigint
  readonly ino: bigint
  readonly size: bigint
  readonly mtimeNs: bigint
  readonly ctimeNs: bigint
}

export function markOf(stat: BigIntStats): FileMark {
  const { dev, ino, size, mtimeNs, ctimeNs } = stat
  return { dev, ino, size, mtimeNs, ctimeNs }
}

/** The mark of what is behind `path` (links followed); undefined when nothing is. */
export function markAt(path: string): FileMark | undefined {
  const stat = statSync(path, { bigint: true, throwIfNoEntry: false })
  return stat === undefined ? undefined : markOf(stat)
}

export function isSameMark(a: FileMark | undefined, b: FileMark | undefined): boolean {
  if (a === undefined || b === undefined) return a === b
  return a.size === b.size && a.mtimeNs === b.mtimeNs && a.ctimeNs === b.ctimeNs && a.ino === b.ino && a.dev === b.dev
}

/** When the file was last written; ms since the epoch. */
export function writtenMsOf(mark: FileMark): number {
  return Number(mark.mtimeNs / 1_000n) / 1_000
}

/** A clock by which kernels stamp files may stand still for 10 ms. */
const RACY_MS = 20

/** How much earlier than they were made perch dates its files: enough for them not to be racy. */
export const DATED_BACK_MS = 30

/** Stamps in whole seconds (FAT, some network file systems) are those of every second second. */
const RACY_COARSE_MS = 2_500

/** Whether the file was written so lately that it may be written to once more without that showing in its mark. */
export function isRacy(mark: FileMark): boolean {
  const window = mark.mtimeNs % 1_000_000_000n === 0n ? RACY_COARSE_MS : RACY_MS
  return Date.now() - writtenMsOf(mark) < window
}
