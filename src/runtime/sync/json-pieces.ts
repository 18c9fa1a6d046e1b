/**
 * The text of a document, put together from the texts of its parts. A part is an object or an array one or two levels below the
 * top (a project, a server): its text is kept with the object for as long as that lives, so that a document of which one
 * project has changed is written without making 2,000 others into text again. The result is that of `JSON.stringify`.
 */
import type { GrowingBytes } from './growing-bytes.js'
import type { JsonStyle } from './json-style.js'
import { isJsonObject, type JsonObject } from './json-value.js'

/** Objects above this level are put together from the parts in them. */
export const PART_LEVEL = 2

/** The texts of an object, by style and level. Values of documents are never changed, so their texts are not either. */
const known = new WeakMap<object, Map<string, Buffer>>()

/** Puts the text of the document into `into`, in this style, and returns it; only until `into` is used again. */
export function composeDocument(document: JsonObject, style: JsonStyle, into: GrowingBytes): Buffer {
  into.clear()
  if (style.byteOrderMark) into.text('\ufeff')
  composeObject(document, style, 0, into)
  if (style.finalNewline) into.text(style.newline)
  return into.bytes
}

/** The text of an object or array that lies `level` levels below the top. */
export function partText(value: object, style: JsonStyle, level: number): Buffer {
  const texts = textsOf(value)
  const key = keyOf(style, level)
  const before = texts.get(key)
  if (before !== undefined) return before
  const plain = JSON.stringify(value, null, style.indent)
  // The strings in a JSON text hold no line breaks: all that are there are those of the layout.
  const text = Buffer.from(style.indent === '' ? plain : plain.replaceAll('\n', lineBreak(style, level)))
  texts.set(key, text)
  return text
}

function textsOf(value: object): Map<string, Buffer> {
  const before = known.get(value)
  if (before !== undefined) return before
  const texts = new Map<string, Buffer>()
  known.set(value, texts)
  return texts
}

function keyOf(style: JsonStyle, level: number): string {
  return `${style.indent}${style.newline}${level}`
}

function composeObject(object: JsonObject, style: JsonStyle, level: number, into: GrowingBytes): void {
  const keys = Object.keys(object)
  if (keys.length === 0) {
    into.text('{}')
    return
  }
  const before = lineBreak(style, level + 1)
  const colon = style.indent === '' ? ':' : ': '
  let separator = '{'
  for (const key of keys) {
    into.text(`${separator}${before}${JSON.stringify(key)}${colon}`)
    composeValue(object[key], style, level + 1, into)
    separator = ','
  }
  into.text(`${lineBreak(style, level)}}`)
}

function composeValue(value: unknown, style: JsonStyle, level: number, into: GrowingBytes): void {
  if (typeof value !== 'object' || value === null) into.text(JSON.stringify(value) ?? 'null')
  else if (level < PART_LEVEL && isJsonObject(value) && Object.keys(value).length > 0) composeParts(value, style, level, into)
  else into.piece(partText(value, style, level))
}

/** The same object stands in the shared document and in every replica: it is put together for the first of them. */
function composeParts(object: JsonObject, style: JsonStyle, level: number, into: GrowingBytes): void {
  const texts = textsOf(object)
  const key = keyOf(style, level)
  const before = texts.get(key)
  if (before !== undefined) {
    into.piece(before)
    return
  }
  const start = into.bytes.length
  composeObject(object, style, level, into)
  texts.set(key, Buffer.from(into.bytes.subarray(start)))
}

function lineBreak(style: JsonStyle, level: number): string {
  return style.indent === '' ? '' : `${style.newline}${style.indent.repeat(level)}`
}
