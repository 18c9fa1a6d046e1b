/** What a file looked like at a moment, so that it can be seen later that it was written or replaced since. */
import { lstatSync, statSync } from 'node:fs'
import * as v from 'valibot'
import { errnoOf } from '../../platform/perch-error.js'

/** Enough to see that a file was written or replaced. */
export const Fingerprint = v.object({ size: v.number(), mtimeMs: v.number(), ino: v.number() })
export type Fingerprint = v.InferOutput<typeof Fingerprint>

/** What the file behind `path` (links followed) looks like now; null for anything but a file. */
export function fingerprintOf(path: string): Fingerprint | null {
  return fingerprint(path, statSync)
}

/** What the entry at `path` itself looks like now; null for anything but a file. */
export function ownFingerprintOf(path: string): Fingerprint | null {
  return fingerprint(path, lstatSync)
}

export function isSameFingerprint(a: Fingerprint | null, b: Fingerprint | null): boolean {
  return a !== null && b !== null && a.size === b.size && a.mtimeMs === b.mtimeMs && a.ino === b.ino
}

function fingerprint(path: string, stat: typeof lstatSync | typeof statSync): Fingerprint | null {
  try {
    const found = stat(path)
    return found?.isFile() ? { size: found.size, mtimeMs: found.mtimeMs, ino: found.ino } : null
  } catch (error) {
    if (errnoOf(error) === 'ENOENT' || errnoOf(error) === 'ELOOP' || errnoOf(error) === 'ENOTDIR') return null
    throw error
  }
}
