/**
 * A line of the screen as pieces of text with a style, measured in columns. What comes from elsewhere is made inert here, before
 * it is measured, so that nothing else can reach the terminal. Pure.
 */
import { cutToWidth, displayWidth } from '../../cli/present/display-width.js'
import { inertText } from '../../cli/present/inert-text.js'
import type { PaintText, Style } from './style.js'

/** Made by `span` only: its text is inert. */
export interface Span {
  readonly text: string
  readonly width: number
  readonly style: Style
}

export type Line = readonly Span[]

const PLAIN: Style = {}

export function span(source: string, style: Style = PLAIN): Span {
  const text = inertText(source)
  return { text, width: displayWidth(text), style }
}

export function lineWidth(line: Line): number {
  return line.reduce((sum, { width }) => sum + width, 0)
}

/** The line in at most `width` columns, its end replaced by an ellipsis when it does not fit. */
export function cutLine(line: Line, width: number): Line {
  if (lineWidth(line) <= width) return line
  const cut: Span[] = []
  let left = width
  for (const one of line) {
    if (one.width > left || (one.width === left && one !== line.at(-1))) {
      // A piece that fits exactly is cut as well where more follows: the ellipsis needs a column.
      return [...cut, span(cutToWidth(`${one.text}  `, left), one.style)]
    }
    cut.push(one)
    left -= one.width
  }
  return cut
}

/** The text in exactly `width` columns. */
export function fitSpan(source: string, width: number, options: { readonly style?: Style; readonly align?: 'right' } = {}): Span {
  const cut = cutToWidth(inertText(source), width)
  const room = ' '.repeat(Math.max(0, width - displayWidth(cut)))
  return span(options.align === 'right' ? room + cut : cut + room, options.style)
}

/** The line filled with blanks of this style, at the end. */
export function fillLine(line: Line, width: number, style: Style = PLAIN): Line {
  const room = width - lineWidth(line)
  return room > 0 ? [...line, span(' '.repeat(room), style)] : line
}

/** `left`, and `right` at the right edge; `left` gives way. */
export function spreadLine(left: Line, right: Line, width: number): Line {
  const rightWidth = lineWidth(right)
  if (rightWidth + 2 > width) return cutLine(left, width)
  return [...fillLine(cutLine(left, width - rightWidth - 2), width - rightWidth), ...right]
}

/** As bytes for a terminal whose rendition is the ordinary one, which it is afterwards as well. */
export function lineSequence(line: Line, paint: PaintText): string {
  return line.map(({ text, style }) => paint(text, style)).join('')
}
