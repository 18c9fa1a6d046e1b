/**
 * Tables as lines of text that fit the terminal: wide columns are cut down first, then the least important are left out.
 * Pure; colours are the caller's through `paint`.
 */
import type { Cell, TableColumn, Tone } from '../result.js'
import { cutStartToWidth, cutToWidth, displayWidth, isPlain } from './display-width.js'
import { inertText } from './inert-text.js'

export type Paint = (text: string, tone: Tone) => string

/** Between two columns. */
const GAP = 2

interface Column extends TableColumn {
  readonly cells: readonly MeasuredText[]
  readonly width: number
}

interface MeasuredText {
  readonly text: string
  readonly width: number
  readonly tone: Tone | undefined
}

/** A title line and a line for each row. `width` is in columns of the terminal, infinite where there is none. */
export function tableLines(
  columns: readonly TableColumn[],
  rows: readonly (readonly Cell[])[],
  options: { readonly width: number; readonly paint: Paint },
): readonly string[] {
  const measured = columns.map((column, index) => measure(column, rows, index))
  const fitted = fittedTo(measured, options.width)
  const titles = fitted.map((column) => options.paint(padded(measuredText(column.title), column), 'quiet'))
  const body = rows.map((_, row) =>
    fitted.map((column) => {
      const cell = column.cells[row] ?? measuredText('')
      const shown = padded(cell, column)
      return cell.tone === undefined ? shown : options.paint(shown, cell.tone)
    }),
  )
  return [titles, ...body].map((cells) => cells.join(' '.repeat(GAP)).trimEnd())
}

function measure(column: TableColumn, rows: readonly (readonly Cell[])[], index: number): Column {
  const cells = rows.map((row) => {
    const cell = row[index] ?? ''
    return typeof cell === 'string' ? measuredText(cell) : measuredText(cell.text, cell.tone)
  })
  const width = Math.max(displayWidth(column.title), ...cells.map((cell) => cell.width))
  return { ...column, cells, width }
}

function fittedTo(columns: readonly Column[], width: number): readonly Column[] {
  let current = [...columns]
  for (;;) {
    const excess = totalWidth(current) - width
    if (excess <= 0) return current
    const shrunk = shrink(current, excess)
    if (totalWidth(shrunk) <= width) return shrunk
    const leastImportant = current
      .filter(({ priority }) => priority !== undefined)
      .sort((a, b) => (a.priority ?? 0) - (b.priority ?? 0))[0]
    if (leastImportant === undefined) return shrunk
    current = current.filter((column) => column !== leastImportant)
  }
}

/** Takes the excess from the columns that may be cut, the widest of them first. */
function shrink(columns: readonly Column[], excess: number): Column[] {
  const widths = new Map(columns.map((column) => [column, column.width]))
  for (let left = excess; left > 0; left--) {
    let widest: Column | undefined
    for (const column of columns) {
      const width = widths.get(column) ?? 0
      if (column.shrinkTo === undefined || width <= column.shrinkTo) continue
      if (widest === undefined || width > (widths.get(widest) ?? 0)) widest = column
    }
    if (widest === undefined) break
    widths.set(widest, (widths.get(widest) ?? 0) - 1)
  }
  return columns.map((column) => ({ ...column, width: widths.get(column) ?? column.width }))
}

function totalWidth(columns: readonly Column[]): number {
  return columns.reduce((sum, { width }) => sum + width, 0) + GAP * Math.max(0, columns.length - 1)
}

function padded(cell: MeasuredText, column: Column): string {
  const { text, width } = cell.width > column.width ? shortened(cell, column) : cell
  const space = ' '.repeat(Math.max(0, column.width - width))
  return column.align === 'right' ? space + text : text + space
}

function shortened({ text, tone }: MeasuredText, { width, cut }: Column): MeasuredText {
  return measuredText(cut === 'start' ? cutStartToWidth(text, width) : cutToWidth(text, width), tone)
}

function measuredText(source: string, tone?: Tone): MeasuredText {
  if (isPlain(source)) return { text: source, width: source.length, tone }
  const text = inertText(source)
  return { text, width: displayWidth(text), tone }
}
