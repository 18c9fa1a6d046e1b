/** The one line of a screen, or of what was written, that tells most of what a program does. Pure. */
import { TerminalTextFilter } from '../../cli/present/terminal-text.js'

export interface ScreenLines {
  readonly lines: readonly string[]
  readonly cursor: { readonly row: number; readonly isVisible: boolean }
}

/** Horizontal, vertical, corners, blocks: what frames are drawn with. */
const FRAMES = /[\u2500-\u259f]+/g
const HAS_WORD = /[\p{L}\p{N}]/u
/** Shorter ones stand in texts. */
const RULE = /^[^\p{L}\p{N}]*[\u2500\u2501\u2550\u2504\u2508]{10}[^\p{L}\p{N}]*$/u
/** CUP, HVP, VPA, CUU, CPL, reverse index, the alternate screen. */
const MOVES = /\x1b(?:\[[\d;]*[HfdAF]|M|\[\?(?:47|1047|1049)h)/
/** An agent's input rarely has more lines. */
const INPUT_ROWS = 12

/**
 * The last line with a word in it. Where the person's input stands between two rules, as agents draw it, the last one above: what
 * is below are hints that are always there.
 */
export function lineOfScreen({ lines, cursor }: ScreenLines): string {
  const input = inputTop(lines, cursor)
  return (input === undefined ? undefined : lastWords(lines.slice(0, input))) ?? lastWords(lines) ?? ''
}

/** The last line with a word in it of raw output; the first of it may be cut, and is nothing to be shown then. */
export function lineOfOutput(bytes: Uint8Array, isWhole: boolean): string {
  const text = new TextDecoder().decode(new TerminalTextFilter({ colours: 'drop' }).push(bytes))
  const lines = text.split(/[\r\n]+/)
  return lastWords(isWhole || lines.length === 1 ? lines : lines.slice(1)) ?? ''
}

/** Whether a program has put its cursor elsewhere on the screen, up, or onto the alternate screen: more than a line that is redone. */
export function movesAbout(bytes: Uint8Array): boolean {
  return MOVES.test(Buffer.from(bytes).toString('latin1'))
}

/** The row of the upper rule around the input that the cursor is in. */
function inputTop(lines: readonly string[], { row, isVisible }: ScreenLines['cursor']): number | undefined {
  const bottom = lines.findLastIndex((line) => RULE.test(line))
  const top = lines.slice(0, Math.max(0, bottom)).findLastIndex((line) => RULE.test(line))
  if (top < 0 || bottom - top > INPUT_ROWS || bottom - top < 2) return undefined
  // A program that draws a cursor of its own hides the terminal's, and leaves it anywhere.
  return !isVisible || (row > top && row < bottom) ? top : undefined
}

function lastWords(lines: readonly string[]): string | undefined {
  const line = lines.findLast((one) => HAS_WORD.test(one))
  return line?.replace(FRAMES, ' ').replace(/\s+/g, ' ').trim()
}
