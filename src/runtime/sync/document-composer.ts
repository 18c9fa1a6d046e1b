/**
 * Makes documents into text, from the texts of their parts. The result is that of `JSON.stringify`, with the byte order mark and
 * the line ends of the style. The last large map (`projects`) is remembered as a whole: a change reaches many replicas, and all
 * of them hold the same one.
 */
import { GrowingBytes } from './growing-bytes.js'
import type { JsonStyle } from './json-style.js'
import { isJsonObject, type JsonObject } from './json-value.js'
import { lineBreak, PART_LEVEL, type PartTexts, partTexts } from './part-texts.js'

/** With fewer entries a map is put together faster than it is looked up. */
const LARGE_MAP_ENTRIES = 100

export class DocumentComposer {
  readonly #text = new GrowingBytes()
  readonly #mapText = new GrowingBytes()
  #map: { readonly value: JsonObject; readonly texts: PartTexts } | null = null

  /** The text of the document in this style; only until the next one is composed. */
  compose(document: JsonObject, style: JsonStyle): Buffer {
    this.#text.clear()
    if (style.byteOrderMark) this.#text.text('\ufeff')
    this.#object(document, 0, style, partTexts(style))
    if (style.finalNewline) this.#text.text(style.newline)
    return this.#text.bytes
  }

  /** Gives the memory back. */
  free(): void {
    this.#text.free()
    this.#mapText.free()
    this.#map = null
  }

  #object(object: JsonObject, level: number, style: JsonStyle, texts: PartTexts): void {
    const before = lineBreak(style, level + 1)
    const colon = style.indent === '' ? ':' : ': '
    const keys = Object.keys(object)
    let separator = '{'
    for (const key of keys) {
      this.#text.text(`${separator}${before}${JSON.stringify(key)}${colon}`)
      this.#value(object[key], level + 1, style, texts)
      separator = ','
    }
    this.#text.text(keys.length === 0 ? '{}' : `${lineBreak(style, level)}}`)
  }

  #value(value: unknown, level: number, style: JsonStyle, texts: PartTexts): void {
    if (typeof value !== 'object' || value === null) {
      this.#text.text(JSON.stringify(value) ?? 'null')
      return
    }
    const entries = level < PART_LEVEL && isJsonObject(value) ? Object.keys(value).length : 0
    if (entries === 0 || !isJsonObject(value)) this.#text.piece(texts(value, level))
    else if (entries < LARGE_MAP_ENTRIES) this.#object(value, level, style, texts)
    else this.#largeMap(value, level, style, texts)
  }

  #largeMap(value: JsonObject, level: number, style: JsonStyle, texts: PartTexts): void {
    if (this.#map?.value === value && this.#map.texts === texts) {
      this.#text.piece(this.#mapText.bytes)
      return
    }
    const from = this.#text.bytes.length
    this.#object(value, level, style, texts)
    this.#mapText.clear()
    this.#mapText.piece(this.#text.bytes.subarray(from))
    this.#map = { value, texts }
  }
}
