/**
 * Puts something in the place of an entry that a client may replace at any moment, or removes one: only while it is still the
 * one that was looked at, and so that a name that stays is never missing. Where the client takes locks they are held meanwhile.
 */
import { rmSync } from 'node:fs'
import { stagingPathFor, writeError } from '../../platform/files/atomic-file.js'
import { type IsExpected, leavePlace, takePlace } from '../../platform/files/take-place.js'
import { type Fingerprint, isSameFingerprint, ownFingerprintOf } from './fingerprint.js'

/**
 * Replaces the entry at `path` by what `make` puts at the staging name that it is given; false, and nothing done, when the
 * entry is not what was expected any more. `null` expects a name that is free.
 * @throws PerchError `disk-full`, `not-writable`, or the system error
 */
export function replaceEntry(path: string, isExpected: IsExpected | null, make: (staging: string) => void): boolean {
  const staging = stagingPathFor(path)
  try {
    make(staging)
    return takePlace(staging, path, isExpected)
  } catch (error) {
    rmSync(staging, { force: true })
    throw writeError(path, error)
  }
}

/** The same, for a file that is known by its fingerprint. */
export function replaceUnchanged(path: string, seen: Fingerprint | null, make: (staging: string) => void): boolean {
  return replaceEntry(path, seen && isFile(seen), make)
}

/**
 * Removes the entry; false when it is not what was expected any more, and stays.
 * @throws PerchError `not-writable`, or the system error
 */
export function removeEntryIf(path: string, isExpected: IsExpected): boolean {
  try {
    return leavePlace(path, stagingPathFor(path), isExpected)
  } catch (error) {
    throw writeError(path, error)
  }
}

/** Knows the file itself, not what a link leads to, by whatever name it has at that moment. */
export function isFile(seen: Fingerprint): IsExpected {
  return (candidate) => isSameFingerprint(seen, ownFingerprintOf(candidate))
}
