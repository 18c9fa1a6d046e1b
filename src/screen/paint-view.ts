/**
 * Paints a screen on a terminal of another size: its upper left part, moved down as far as the cursor needs, with nothing
 * beyond it. Only rows that have changed are written, so that it can be painted after every change.
 */
import type { Terminal } from '@xterm/headless'
import { drawLine, Pen } from './draw-lines.js'
import type { ScreenSize } from './screen-model.js'
import { coreOf } from './xterm-core.js'

export class ViewPainter {
  #rows: readonly string[] = []
  #view: ScreenSize = { cols: 0, rows: 0 }

  /** The sequence that brings the terminal up to date; all of it when `isWhole`. */
  paint(terminal: Terminal, view: ScreenSize, isWhole: boolean): string {
    const isNew = isWhole || view.cols !== this.#view.cols || view.rows !== this.#view.rows
    const { active } = terminal.buffer
    const top = Math.max(0, Math.min(active.cursorY - view.rows + 1, terminal.rows - view.rows))
    const cols = Math.min(view.cols, terminal.cols)
    const rows = Array.from({ length: view.rows }, (_, row) => {
      const line = row < terminal.rows ? active.getLine(active.baseY + top + row) : undefined
      if (!line) return ''
      const pen = new Pen(() => '')
      return `${drawLine(line, cols, pen)}${pen.end()}`
    })
    const changed = rows.flatMap((text, row) =>
      isNew || text !== this.#rows[row] ? [`\x1b[${row + 1}H\x1b[0m\x1b[2K${text}`] : [],
    )
    this.#rows = rows
    this.#view = view
    return `\x1b[?2026h\x1b[?25l${isNew ? '\x1b[0m\x1b[2J' : ''}${changed.join('')}${cursorSequence(terminal, view, top)}\x1b[?2026l`
  }
}

function cursorSequence(terminal: Terminal, view: ScreenSize, top: number): string {
  const { cursorX, cursorY } = terminal.buffer.active
  const column = Math.min(cursorX, terminal.cols - 1)
  if (coreOf(terminal).coreService.isCursorHidden || column >= view.cols || cursorY - top >= view.rows) return ''
  return `\x1b[${cursorY - top + 1};${column + 1}H\x1b[?25h`
}
