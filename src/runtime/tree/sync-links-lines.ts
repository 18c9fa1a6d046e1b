/**
 * Brings the lines of a client's copy of a history into the shared one. Appends in place instead of replacing the file:
 * clients of other profiles have it open, and add lines of their own in the same moment.
 */
import { closeSync, fstatSync, ftruncateSync, openSync, readFileSync, writeSync } from 'node:fs'
import { writeError } from '../../platform/files/atomic-file.js'
import { mergeAppended } from '../sync/merge-appended.js'

/**
 * Appends to `target` the lines of `ours` that it lacks; whether there were any.
 * @throws PerchError `disk-full`, `not-writable`, or the system error; nothing is then left half-written, unless others have
 * appended behind it
 */
export function appendMissingLines(target: string, ours: Uint8Array): boolean {
  const theirs = readFileSync(target)
  const missing = Buffer.from(mergeAppended(theirs, ours)).subarray(theirs.length)
  if (missing.length === 0) return false
  try {
    const fd = openSync(target, 'a')
    try {
      appendWhole(fd, missing)
    } finally {
      closeSync(fd)
    }
  } catch (error) {
    throw writeError(target, error)
  }
  return true
}

/** A full disk may take a part of the bytes. */
function appendWhole(fd: number, bytes: Uint8Array): void {
  const before = fstatSync(fd).size
  let written = 0
  try {
    while (written < bytes.length) written += writeSync(fd, bytes, written)
  } catch (error) {
    if (fstatSync(fd).size === before + written) ftruncateSync(fd, before)
    throw error
  }
}
