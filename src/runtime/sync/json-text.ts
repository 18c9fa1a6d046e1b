/** What the bytes of a file say as a document: a JSON object that can be merged, or why not. Pure. */
import { isUtf8 } from 'node:buffer'
import { readByParts } from './json-parts.js'
import { sharingWith } from './json-sharing.js'
import { type JsonStyle, styleOf } from './json-style.js'
import { isJsonObject, isNestedDeeper, type JsonObject, NESTING_LIMIT } from './json-value.js'

export type ParsedDocument =
  | { readonly kind: 'document'; readonly document: JsonObject; readonly style: JsonStyle }
  | {
      readonly kind: 'refused'
      /** Follows the file's name in a sentence. */
      readonly why: string
      /** A file in the middle of a write looks like this. */
      readonly isMidWrite: boolean
    }

/**
 * Parses a document. A byte order mark is no part of it; of two equal keys the last one counts, as with the client. What is
 * like `known` becomes the same objects, and is then not even parsed where its text is the same. `bytes` may be used again.
 */
export function parseDocument(bytes: Buffer, known?: JsonObject): ParsedDocument {
  if (bytes.length === 0) return refused('is empty')
  if (!isUtf8(bytes)) return refused('is not UTF-8')
  const style = styleOf(bytes)
  const byParts = known === undefined ? undefined : readByParts(bytes, known, style)
  if (byParts !== undefined) return { kind: 'document', document: byParts, style }
  const value = parsedText(bytes.subarray(style.byteOrderMark ? 3 : 0))
  if (value === undefined) return refused('is not a JSON document')
  if (!isJsonObject(value)) return refused('is not a JSON document: it holds no object', false)
  if (isNestedDeeper(value)) return refused(`is nested more than ${NESTING_LIMIT} levels deep`, false)
  const document = sharingWith(value, known)
  return isJsonObject(document) ? { kind: 'document', document, style } : refused('is not a JSON document')
}

/** Undefined when it is no JSON. */
function parsedText(bytes: Buffer): unknown {
  try {
    return JSON.parse(bytes.toString('utf8'))
  } catch {
    // Cut off, not JSON, or too long for a string: the caller decides what that means.
    return undefined
  }
}

function refused(why: string, isMidWrite = true): ParsedDocument {
  return { kind: 'refused', why, isMidWrite }
}
