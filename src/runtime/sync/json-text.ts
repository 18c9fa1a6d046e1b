/** The text of a JSON document: parsing that tells a document from anything else, and writing in the style of the old text. */
import { isJsonObject, type JsonObject } from './json-value.js'

/** How a document is laid out. */
export interface JsonStyle {
  readonly indent: string
  readonly finalNewline: boolean
}

/** What the client writes. */
export const CLIENT_STYLE: JsonStyle = { indent: '  ', finalNewline: false }

/** The object in these bytes, or undefined when they are not the whole text of one. */
export function parseDocument(bytes: Uint8Array): JsonObject | undefined {
  try {
    const value: unknown = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes))
    return isJsonObject(value) ? value : undefined
  } catch {
    // Cut off, not JSON or not UTF-8: the caller keeps the bytes and decides what they mean.
    return undefined
  }
}

/** The style of an existing text. */
export function styleOf(bytes: Uint8Array): JsonStyle {
  const text = new TextDecoder().decode(bytes)
  const indent = /^\s*\{\r?\n([ \t]+)"/.exec(text)?.[1]
  const isOneLine = indent === undefined && !text.trim().includes('\n') && text.trim() !== '{}'
  return { indent: indent ?? (isOneLine ? '' : CLIENT_STYLE.indent), finalNewline: /\n\s*$/.test(text) }
}

export function documentText(document: JsonObject, style: JsonStyle): string {
  return `${JSON.stringify(document, null, style.indent)}${style.finalNewline ? '\n' : ''}`
}
