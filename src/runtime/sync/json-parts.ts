/**
 * Reads a document of which most is known: where the text of a known part stands, byte for byte, that part is taken, and only
 * the others are parsed. The text of an object or array ends with itself, so finding it where a value begins proves the value.
 * Anything out of the ordinary is left to the parser of the whole text.
 */
import { sharingWith } from './json-sharing.js'
import type { JsonStyle } from './json-style.js'
import { isJsonObject, isNestedDeeper, type JsonObject, NESTING_LIMIT, ownValue } from './json-value.js'
import { PART_LEVEL, type PartTexts, partTexts } from './part-texts.js'

interface Reader {
  readonly bytes: Buffer
  readonly texts: PartTexts
  at: number
}

const QUOTE = 0x22
const BACKSLASH = 0x5c
const [OPEN_OBJECT, CLOSE_OBJECT, OPEN_ARRAY, CLOSE_ARRAY] = [0x7b, 0x7d, 0x5b, 0x5d]
const [COMMA, COLON] = [0x2c, 0x3a]

/** The document in these bytes, which are UTF-8, sharing with `known`; undefined when they must be parsed as a whole. */
export function readByParts(bytes: Buffer, known: JsonObject, style: JsonStyle): JsonObject | undefined {
  const reader: Reader = { bytes, texts: partTexts(style), at: style.byteOrderMark ? 3 : 0 }
  skipWhiteSpace(reader)
  try {
    const document = readObject(reader, known, 0)
    skipWhiteSpace(reader)
    return reader.at === bytes.length ? document : undefined
  } catch (error) {
    // What `JSON.parse` says of a part is said again, of the whole.
    if (error instanceof SyntaxError) return undefined
    throw error
  }
}

function readObject(reader: Reader, known: JsonObject, level: number): JsonObject | undefined {
  if (!skip(reader, OPEN_OBJECT)) return undefined
  const entries: [string, unknown][] = []
  if (skip(reader, CLOSE_OBJECT)) return Object.keys(known).length === 0 ? known : {}
  do {
    const key = readKey(reader)
    if (key === undefined || !skip(reader, COLON)) return undefined
    const value = readValue(reader, ownValue(known, key), level + 1)
    if (value === undefined) return undefined
    entries.push([key, value])
  } while (skip(reader, COMMA))
  if (!skip(reader, CLOSE_OBJECT)) return undefined
  const shared = sharingWith(Object.fromEntries(entries), known)
  return isJsonObject(shared) ? shared : undefined
}

/** A JSON value is never undefined: that means that this is none. */
function readValue(reader: Reader, known: unknown, level: number): unknown {
  const { bytes, at } = reader
  if (typeof known === 'object' && known !== null) {
    if (level < PART_LEVEL && isJsonObject(known) && bytes[at] === OPEN_OBJECT) return readObject(reader, known, level)
    const text = reader.texts(known, level)
    const end = at + text.length
    if (end <= bytes.length && bytes[at] === text[0] && bytes.compare(text, 0, text.length, at, end) === 0) {
      reader.at = end
      return known
    }
  }
  reader.at = endOfValue(bytes, at)
  const fresh: unknown = JSON.parse(bytes.toString('utf8', at, reader.at))
  return isNestedDeeper(fresh, NESTING_LIMIT - level) ? undefined : sharingWith(fresh, known)
}

function readKey(reader: Reader): string | undefined {
  skipWhiteSpace(reader)
  const { bytes, at } = reader
  if (bytes[at] !== QUOTE) return undefined
  reader.at = endOfString(bytes, at)
  const key: unknown = JSON.parse(bytes.toString('utf8', at, reader.at))
  return typeof key === 'string' ? key : undefined
}

/** Where the value that begins at `at` ends, if it is one. */
function endOfValue(bytes: Buffer, at: number): number {
  let end = at
  let depth = 0
  do {
    const byte = bytes[end] ?? 0
    if (byte === QUOTE) end = endOfString(bytes, end)
    else {
      if (byte === OPEN_OBJECT || byte === OPEN_ARRAY) depth++
      else if (byte === CLOSE_OBJECT || byte === CLOSE_ARRAY) depth--
      end = depth === 0 && isBare(byte) ? endOfBare(bytes, end) : end + 1
    }
  } while (depth > 0 && end < bytes.length)
  return end
}

function endOfString(bytes: Buffer, at: number): number {
  let end = at + 1
  while (end < bytes.length && bytes[end] !== QUOTE) end += bytes[end] === BACKSLASH ? 2 : 1
  return end + 1
}

/** Numbers, `true`, `false` and `null`. */
function endOfBare(bytes: Buffer, at: number): number {
  let end = at
  while (end < bytes.length && isBare(bytes[end] ?? 0)) end++
  return end
}

function isBare(byte: number): boolean {
  return (
    (byte >= 0x30 && byte <= 0x39) ||
    (byte >= 0x61 && byte <= 0x7a) ||
    byte === 0x45 ||
    byte === 0x2b ||
    byte === 0x2d ||
    byte === 0x2e
  )
}

/** Skips white space, the byte, and the white space behind it: whether it was there. */
function skip(reader: Reader, byte: number): boolean {
  skipWhiteSpace(reader)
  if (reader.bytes[reader.at] !== byte) return false
  reader.at++
  skipWhiteSpace(reader)
  return true
}

function skipWhiteSpace(reader: Reader): void {
  let byte = reader.bytes[reader.at]
  while (byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09) byte = reader.bytes[++reader.at]
}
