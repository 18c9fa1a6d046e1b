/**
 * Puts something in the place of an entry that a client may replace at any moment: only while it is still the one that was
 * looked at, and by a rename, so that the name is never missing. Where the client takes locks they are held meanwhile; where
 * it takes none, what is left open is the moment between two system calls.
 */
import { lstatSync, renameSync, rmSync } from 'node:fs'
import { stagingPathFor, writeError } from '../../platform/files/atomic-file.js'
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
    const isUnchanged = isStill(path, seen)
    if (isUnchanged) renameSync(staging, path)
    else rmSync(staging, { force: true })
    return isUnchanged
  } catch (error) {
    rmSync(staging, { force: true })
    throw writeError(path, error)
  }
}

function isStill(path: string, seen: Fingerprint | null): boolean {
  if (seen === null) return lstatSync(path, { throwIfNoEntry: false }) === undefined
  return isSameFingerprint(seen, ownFingerprintOf(path))
}
