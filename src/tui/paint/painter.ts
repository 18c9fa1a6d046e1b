/**
 * Knows what is on the screen and gives the bytes that make it show something else: only the lines that differ, in one
 * synchronised update, and nothing at all when none does. Each line is put at its own place, so that a terminal that measures
 * a character differently is wrong in that line and nowhere else. Pure.
 */
import { type Line, lineSequence, lineWidth } from './line.js'
import type { PaintText } from './style.js'

/** Zero-based. */
export interface CursorPlace {
  readonly row: number
  readonly column: number
}

/** What the whole screen is to show: as many lines as it has rows, none wider than its columns. */
export interface Frame {
  readonly columns: number
  readonly lines: readonly Line[]
  /** Where somebody types; nowhere when absent. */
  readonly cursor?: CursorPlace | undefined
}

const BEGIN_UPDATE = '\x1b[?2026h'
const END_UPDATE = '\x1b[?2026l'
const SHOW_CURSOR = '\x1b[?25h'
const HIDE_CURSOR = '\x1b[?25l'
const ERASE_TO_END_OF_LINE = '\x1b[K'

export class Painter {
  readonly #paint: PaintText
  #shown: readonly string[] = []
  #columns = 0
  #cursor: CursorPlace | undefined

  constructor(paint: PaintText) {
    this.#paint = paint
  }

  /** Nothing is known of the screen any more, but that its cursor is hidden: it was just entered. */
  forget(): void {
    this.#shown = []
    this.#cursor = undefined
  }

  /** The bytes after which the screen shows this frame; empty when it does. */
  update({ columns, lines, cursor }: Frame): string {
    // A terminal of another size has moved its lines as it liked.
    if (columns !== this.#columns || lines.length !== this.#shown.length) this.#shown = []
    this.#columns = columns
    const wanted = lines.map((line) => this.#sequence(line, columns))
    const changed = wanted
      .map((line, row) => (line === this.#shown[row] ? '' : `${position({ row, column: 0 })}${line}`))
      .join('')
    const isCursorSame = cursor?.row === this.#cursor?.row && cursor?.column === this.#cursor?.column
    if (changed === '' && isCursorSame) return ''
    const hidden = this.#cursor !== undefined && (changed !== '' || cursor === undefined) ? HIDE_CURSOR : ''
    const placed = cursor ? `${position(cursor)}${SHOW_CURSOR}` : ''
    this.#shown = wanted
    this.#cursor = cursor
    return `${BEGIN_UPDATE}${hidden}${changed}${placed}${END_UPDATE}`
  }

  #sequence(line: Line, columns: number): string {
    const text = lineSequence(line, this.#paint)
    // After a line that fills the row the cursor stands on the last character, which erasing would take away.
    return lineWidth(line) < columns ? `${text}${ERASE_TO_END_OF_LINE}` : text
  }
}

function position({ row, column }: CursorPlace): string {
  return `\x1b[${row + 1};${column + 1}H`
}
