/** Lines of `perch usage`, each of cells one after the other, and text put into them. Pure. */
import { wrapText } from '../present/display-width.js'
import type { Cell, Tone } from '../result.js'
import { UNBROKEN } from './amounts.js'

export type Line = readonly Cell[]

/** Where lines may stand. */
export interface Place {
  /** Columns of the whole. */
  readonly width: number
  readonly indent: string
}

export const INDENT = '  '

/** Text in as many lines as it takes. */
export function paragraph(text: string, { width, indent, tone }: Place & { readonly tone: Tone }): readonly Line[] {
  return wrapText(text, Math.max(1, width - indent.length)).map((line): Line => [indent, { text: line, tone }])
}

/** A name, and beside it text in as many lines as it takes. */
export function named(name: string, text: string, width: number, nameWidth: number): readonly Line[] {
  const indent = INDENT + ' '.repeat(nameWidth)
  const [first = '', ...rest] = wrapText(text, width - indent.length)
  return [[INDENT, quiet(name.padEnd(nameWidth)), first], ...rest.map((line): Line => [indent, line])]
}

export function quiet(text: string): Cell {
  return { text, tone: 'quiet' }
}

/** What was kept together while lines were made. */
export function withSpaces(cell: Cell): Cell {
  if (typeof cell === 'string') return cell.replaceAll(UNBROKEN, ' ')
  return { ...cell, text: cell.text.replaceAll(UNBROKEN, ' ') }
}
