/**
 * Puts something in the place of an entry that a client may replace at any moment: only while it is still the one that was
 * looked at, and so that the name is never missing. Where the client takes locks they are held meanwhile.
 */
import { rmSync } from 'node:fs'
import { stagingPathFor, writeError } from '../../platform/files/atomic-file.js'
import { takePlace } from '../../platform/files/take-place.js'
import { type Fingerprint, isSameFingerprint, ownFingerprintOf } from './fingerprint.js'

/**
 * Replaces the entry at `path` by what `make` puts at the staging name that it is given; false, and nothing done, when the
 * entry is not what was seen any more. `seen` is null for a name that was free.
 * @throws PerchError `disk-full`, `not-writable`, or the system error
 */
export function replaceUnchanged(path: string, seen: Fingerprint | null, make: (staging: string) => void): boolean {
  const staging = stagingPathFor(path)
  try {
    make(staging)
    return takePlace(staging, path, seen && ((candidate) => isSameFingerprint(seen, ownFingerprintOf(candidate))))
  } catch (error) {
    rmSync(staging, { force: true })
    throw writeError(path, error)
  }
}
