/**
 * Draws lines of a screen: each at its own row and column, so that a terminal which measures a character differently is wrong
 * in that character and nowhere else. The terminal is clean where they are drawn, and has its ordinary modes.
 */
import type { IBuffer, IBufferCell, IBufferLine } from '@xterm/headless'
import { hasBackground, isProtected, linkNumber, styleKey, styleSequence } from './cell-style.js'
import type { Attributes } from './xterm-core.js'

export interface DrawnLines {
  readonly buffer: IBuffer
  /** Of the first line, from the beginning of the buffer. */
  readonly first: number
  readonly count: number
  readonly cols: number
  readonly linkSequence: (number: number) => string
}

/** The public cell is the library's own, with the packed attributes. */
export function attributesOf(cell: IBufferCell): Attributes {
  return cell as unknown as Attributes
}

/** Draws the lines on the rows from the first one on. */
export function drawLines({ buffer, first, count, cols, linkSequence }: DrawnLines): string {
  const pen = new Pen(linkSequence)
  let drawn = ''
  let goesOn = false
  for (let row = 0; row < count; row += 1) {
    const line = buffer.getLine(first + row)
    if (!line) break
    drawn += (goesOn ? '' : `\x1b[${row + 1}H`) + drawLine(line, cols, pen)
    const next = row + 1 < count ? buffer.getLine(first + row + 1) : undefined
    goesOn = next?.isWrapped === true && wrapsInto(line, next, cols)
  }
  return drawn + pen.end()
}

/** Writes lines one below the other, as a program would: they scroll. */
export function writeLines({ buffer, first, count, cols, linkSequence }: DrawnLines): string {
  const pen = new Pen(linkSequence)
  let written = ''
  for (let at = 0; at < count; at += 1) {
    const line = buffer.getLine(first + at)
    if (!line) break
    written += drawLine(line, cols, pen)
    const next = buffer.getLine(first + at + 1)
    if (!next?.isWrapped || !wrapsInto(line, next, cols)) written += '\r\n'
  }
  return written + pen.end()
}

/** Sets the style of what is written next, where it is another one. */
export class Pen {
  readonly #linkSequence: (number: number) => string
  #key = ''
  #link = 0
  #isProtected = false

  constructor(linkSequence: (number: number) => string) {
    this.#linkSequence = linkSequence
  }

  take(attributes: Attributes): string {
    const key = styleKey(attributes)
    if (key === this.#key) return ''
    const isFirst = this.#key === '' && attributes.fg === 0 && attributes.bg === 0
    this.#key = key
    const link = linkNumber(attributes)
    const linked = link === this.#link ? '' : this.#linkSequence(link)
    this.#link = link
    const changed = isProtected(attributes) === this.#isProtected ? '' : `\x1b[${this.#isProtected ? 0 : 1}"q`
    this.#isProtected = isProtected(attributes)
    return (isFirst ? '' : styleSequence(attributes)) + linked + changed
  }

  end(): string {
    const link = this.#link === 0 ? '' : this.#linkSequence(0)
    return `\x1b[0m${link}${this.#isProtected ? '\x1b[0"q' : ''}`
  }
}

/** One line, from where the terminal's cursor is at its beginning; no more than so many columns of it. */
export function drawLine(line: IBufferLine, cols: number, pen: Pen): string {
  let drawn = ''
  /** Where the terminal's cursor is for certain; -1 where it may measure otherwise. */
  let column = 0
  for (let at = 0; at < Math.min(cols, line.length); ) {
    const cell = line.getCell(at)
    if (!cell) break
    const chars = cell.getChars()
    if (chars === '') {
      const end = endOfBlank(line, at, cols)
      if (hasBackground(attributesOf(cell)) || isProtected(attributesOf(cell))) {
        drawn += `${moveTo(column, at)}${pen.take(attributesOf(cell))}\x1b[${end - at}X`
        column = at
      }
      at = end
      continue
    }
    const width = Math.max(1, cell.getWidth())
    // Half of a wide character is nothing.
    if (at + width > cols) break
    drawn += moveTo(column, at) + pen.take(attributesOf(cell)) + chars
    at += width
    column = isPlain(chars, width) ? at : at >= cols ? cols : -1
  }
  return drawn
}

function moveTo(from: number, to: number): string {
  return from === to ? '' : `\x1b[${to + 1}G`
}

/** Every terminal gives these one column. */
function isPlain(chars: string, width: number): boolean {
  return width === 1 && chars.length === 1
}

/** Cells without a character that look the same, drawn at once. */
function endOfBlank(line: IBufferLine, from: number, cols: number): number {
  const first = line.getCell(from)
  const key = first && styleKey(attributesOf(first))
  let at = from + 1
  for (; at < Math.min(cols, line.length); at += 1) {
    const cell = line.getCell(at)
    if (cell?.getChars() !== '' || styleKey(attributesOf(cell)) !== key) break
  }
  return at
}

/** Whether the first character of the next line, written after this one, comes there by itself. */
function wrapsInto(line: IBufferLine, next: IBufferLine, cols: number): boolean {
  const first = next.getCell(0)
  if (!first || first.getChars() === '') return false
  if (isFilled(line, cols - 1)) return true
  return first.getWidth() === 2 && isFilled(line, cols - 2)
}

function isFilled(line: IBufferLine, column: number): boolean {
  const cell = line.getCell(column)
  if (!cell) return false
  return cell.getChars() !== '' || (cell.getWidth() === 0 && (line.getCell(column - 1)?.getChars() ?? '') !== '')
}
