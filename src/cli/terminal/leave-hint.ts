/**
 * How to leave, in a corner of the screen for the first moments on it: it is drawn over what the program shows, and a screen
 * drawn anew takes it away. Nothing of it stays.
 */
import type { Size } from '../../api/session.js'
import { displayWidth } from '../present/display-width.js'

/** As long as a person needs to read four words. */
export const HINT_MS = 2_000

/** Draws it; the cursor and what is written next are as before. The longest of `texts` that leaves room is taken. */
export function hintSequence(texts: readonly string[], { cols }: Size): string {
  const text = texts.find((one) => displayWidth(one) + 2 <= cols)
  if (text === undefined) return ''
  const column = cols - displayWidth(text) - 1
  return `\x1b7\x1b[?6l\x1b[1;${column}H\x1b[0;7m ${text} \x1b[0m\x1b8`
}
