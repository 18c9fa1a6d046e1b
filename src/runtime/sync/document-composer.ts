/**
 * Makes documents into text, from the texts of their parts. The result is that of `JSON.stringify`, with the byte order mark and
 * the line ends of the style. The last two large maps (`projects`) are remembered as a whole: while a change reaches many
 * replicas, each of them goes from the same map to the same other one.
 */
import { GrowingBytes } from './growing-bytes.js'
import type { JsonStyle } from './json-style.js'
import { isJsonObject, type JsonObject } from './json-value.js'
import { lineBreak, PART_LEVEL, type PartTexts, partTexts } from './part-texts.js'

/** With fewer entries a map is put together faster than it is looked up. */
const LARGE_MAP_ENTRIES = 100

interface MapText {
  readonly value: JsonObject
  readonly texts: PartTexts
  readonly text: GrowingBytes
}

export class DocumentComposer {
  readonly #text = new GrowingBytes()
  /** The one used last comes first. */
  #maps: readonly MapText[] = []

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
    this.#maps = []
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
    const known = this.#maps.find((map) => map.value === value && map.texts === texts)
    if (known !== undefined) {
      this.#text.piece(known.text.bytes)
      this.#maps = [known, ...this.#maps.filter((map) => map !== known)]
      return
    }
    const from = this.#text.bytes.length
    this.#object(value, level, style, texts)
    const [latest, oldest] = this.#maps
    const text = oldest?.text ?? new GrowingBytes()
    text.clear()
    text.piece(this.#text.bytes.subarray(from))
    this.#maps = [{ value, texts, text }, ...(latest === undefined ? [] : [latest])]
  }
}
