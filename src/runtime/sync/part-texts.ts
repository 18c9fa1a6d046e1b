/**
 * The texts of the parts of documents: the objects and arrays one or two levels below the top (a project, a server). Each is kept
 * with its object for as long as that lives, so that a document of which one project has changed is read and written without
 * looking into 2,000 others.
 */
import type { JsonStyle } from './json-style.js'

/** Objects above this level are put together from the parts in them. */
export const PART_LEVEL = 2

/** Gives the text of an object or array that lies `level` levels below the top. */
export type PartTexts = (value: object, level: number) => Buffer

/** Values of documents are never changed, so their texts are not either. */
const textsOfStyles = new Map<string, PartTexts>()

/** The texts of parts in this style. There are no more styles than somebody's documents have: a handful. */
export function partTexts(style: JsonStyle): PartTexts {
  const key = style.indent + style.newline
  const known = textsOfStyles.get(key)
  if (known !== undefined) return known
  const byLevel = Array.from({ length: PART_LEVEL + 1 }, () => new WeakMap<object, Buffer>())
  const texts: PartTexts = (value, level) => {
    const before = byLevel[level]?.get(value)
    if (before !== undefined) return before
    const text = partText(value, style, level)
    byLevel[level]?.set(value, text)
    return text
  }
  textsOfStyles.set(key, texts)
  return texts
}

/** What begins a line at this level. */
export function lineBreak(style: JsonStyle, level: number): string {
  return style.indent === '' ? '' : `${style.newline}${style.indent.repeat(level)}`
}

function partText(value: object, style: JsonStyle, level: number): Buffer {
  const plain = JSON.stringify(value, null, style.indent)
  // The strings in a JSON text hold no line breaks: all that are there are those of the layout.
  return Buffer.from(style.indent === '' ? plain : plain.replaceAll('\n', lineBreak(style, level)))
}
