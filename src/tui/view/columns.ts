/** Tables whose cells know how wide they come to be: the least important columns are left out, the others share what is left over. Pure. */
import { fillLine, fitSpan, type Line, lineWidth, span } from '../paint/line.js'

export interface Column {
  readonly title: string
  /** The columns of the terminal that it needs, and that it can use. */
  readonly min: number
  readonly wanted: number
  /** Lower ones are left out first; one without it always stays. */
  readonly priority?: number
  readonly align?: 'right'
  /** The cell of each row, at most as wide as it is told. */
  readonly cells: readonly ((width: number) => Line)[]
}

/** Between two columns. */
const GAP = 2

/** The line of titles, and a line for each row. */
export function columnLines(columns: readonly Column[], rows: number, width: number): readonly Line[] {
  const fitted = fittedTo(columns, width)
  const titles = fitted.map(({ column, width: own }) => [
    fitSpan(column.title, own, { style: { tone: 'quiet' }, ...(column.align && { align: column.align }) }),
  ])
  const body = Array.from({ length: rows }, (_, row) =>
    fitted.map(({ column, width: own }) => placed(column.cells[row]?.(own) ?? [], own, column.align)),
  )
  return [titles, ...body].map(joined)
}

interface FittedColumn {
  readonly column: Column
  readonly width: number
}

function fittedTo(columns: readonly Column[], width: number): readonly FittedColumn[] {
  const kept = [...columns]
  while (needed(kept) > width) {
    const [least] = kept.filter(({ priority }) => priority !== undefined).sort((a, b) => (a.priority ?? 0) - (b.priority ?? 0))
    if (least === undefined) break
    kept.splice(kept.indexOf(least), 1)
  }
  const widths = kept.map(({ min }) => min)
  // One after the other, so that none is full while another is bare.
  for (let left = width - needed(kept), isGiven = true; left > 0 && isGiven; ) {
    isGiven = false
    for (const [at, { wanted }] of kept.entries()) {
      const own = widths[at] ?? 0
      if (left === 0 || own >= wanted) continue
      widths[at] = own + 1
      left -= 1
      isGiven = true
    }
  }
  return kept.map((column, at) => ({ column, width: widths[at] ?? column.min }))
}

function needed(columns: readonly Column[]): number {
  return columns.reduce((sum, { min }) => sum + min, 0) + GAP * Math.max(0, columns.length - 1)
}

function placed(cell: Line, width: number, align: Column['align']): Line {
  return align === 'right' ? [span(' '.repeat(Math.max(0, width - lineWidth(cell)))), ...cell] : fillLine(cell, width)
}

function joined(cells: readonly Line[]): Line {
  return cells.flatMap((cell, at) => (at === 0 ? cell : [span(' '.repeat(GAP)), ...cell]))
}
