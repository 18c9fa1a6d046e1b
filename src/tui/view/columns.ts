/** Tables whose cells know how wide they come to be: the least important columns are left out, the others grow in their order. Pure. */
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
  let left = Math.max(0, width - needed(kept))
  return kept.map((column) => {
    const more = Math.min(left, Math.max(0, column.wanted - column.min))
    left -= more
    return { column, width: column.min + more }
  })
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
