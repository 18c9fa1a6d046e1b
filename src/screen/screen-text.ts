/** What a screen shows, as lines of text for a person or a program; with or without its colours. */
import type { IBuffer, IBufferLine } from '@xterm/headless'
import { hasBackground } from './cell-style.js'
import { attributesOf, Pen } from './draw-lines.js'

export interface TextOptions {
  readonly first: number
  readonly count: number
  readonly cols: number
  readonly colours: boolean
}

/** The lines from the first one on, without trailing blanks. */
export function linesOf(buffer: IBuffer, { first, count, cols, colours }: TextOptions): readonly string[] {
  return Array.from({ length: count }, (_, row) => {
    const line = buffer.getLine(first + row)
    if (!line) return ''
    return colours ? colouredLine(line, cols) : line.translateToString(true)
  })
}

function colouredLine(line: IBufferLine, cols: number): string {
  // Hyperlinks are left out: what is printed may go anywhere.
  const pen = new Pen(() => '')
  let text = ''
  for (let at = 0, end = lengthOf(line, cols); at < end; ) {
    const cell = line.getCell(at)
    if (!cell) break
    text += pen.take(attributesOf(cell)) + (cell.getChars() || ' ')
    at += Math.max(1, cell.getWidth())
  }
  return text.includes('\x1b') ? `${text}\x1b[0m` : text
}

/** Up to the last column in which something shows. */
function lengthOf(line: IBufferLine, cols: number): number {
  for (let at = Math.min(cols, line.length) - 1; at >= 0; at -= 1) {
    const cell = line.getCell(at)
    if (cell && (cell.getChars().trim() !== '' || cell.getWidth() === 0 || hasBackground(attributesOf(cell)))) return at + 1
  }
  return 0
}
