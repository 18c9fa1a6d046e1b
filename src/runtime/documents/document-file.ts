/** One document on disk: read so that a missing, a broken and a whole one are told apart; written as the person's file that it may be. */
import { lstatSync, readFileSync, realpathSync, statSync } from 'node:fs'
import { writeFileAtomic } from '../../platform/files/atomic-file.js'
import { errnoOf } from '../../platform/perch-error.js'
import { parseDocument } from '../sync/json-text.js'
import type { JsonObject } from '../sync/json-value.js'

export type DocumentFile =
  | { readonly kind: 'absent' }
  /** Cut off, not an object, or not a file at all. `bytes` is null when there are none. */
  | { readonly kind: 'corrupt'; readonly bytes: Uint8Array | null }
  | { readonly kind: 'document'; readonly document: JsonObject; readonly bytes: Uint8Array; readonly mtimeMs: number }

export function readDocumentFile(path: string): DocumentFile {
  try {
    const bytes = readFileSync(path)
    const document = parseDocument(bytes)
    if (document === undefined) return { kind: 'corrupt', bytes }
    return { kind: 'document', document, bytes, mtimeMs: statSync(path).mtimeMs }
  } catch (error) {
    if (errnoOf(error) === 'EISDIR' || errnoOf(error) === 'ELOOP') return { kind: 'corrupt', bytes: null }
    if (errnoOf(error) !== 'ENOENT') throw error
    return isDanglingLink(path) ? { kind: 'corrupt', bytes: null } : { kind: 'absent' }
  }
}

/** Replaces a person's document: behind every link it may be reached by, with the mode it had. */
export function writeSharedDocument(path: string, text: string): void {
  try {
    const target = realpathSync(path)
    writeFileAtomic(target, text, { mode: statSync(target).mode & 0o777, durable: true })
  } catch (error) {
    if (errnoOf(error) !== 'ENOENT') throw error
    writeFileAtomic(path, text, { durable: true })
  }
}

/** Writing to it would make a file in a place that the person has taken away. */
function isDanglingLink(path: string): boolean {
  return lstatSync(path, { throwIfNoEntry: false })?.isSymbolicLink() ?? false
}
