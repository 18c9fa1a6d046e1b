/** Patterns that output is searched for: JavaScript regular expressions in which `^` and `$` are the ends of a line. Pure. */
import { messageOf, PerchError } from '../../platform/perch-error.js'

/** `m`: lines; `g`: the search can be told where to begin. */
const FLAGS = 'gm'

/** Of a longer one the place of a mistake is not looked for: that takes a compilation for each character. */
const PLACED_LIMIT = 1000

/** Characters of the pattern that are shown from the place on. */
const SHOWN = 8

/** @throws PerchError `bad-pattern`, naming the place */
export function parsePattern(text: string): RegExp {
  if (text === '') throw new PerchError('bad-pattern', '--pattern is empty, which everything fits')
  const mistake = mistakeIn(text)
  if (mistake === undefined) return new RegExp(text, FLAGS)
  const place = text.length <= PLACED_LIMIT ? placeOf(text, mistake) : undefined
  const where = place === undefined ? '' : `, at character ${place + 1}: ${JSON.stringify(text.slice(place, place + SHOWN))}`
  throw new PerchError('bad-pattern', `--pattern is no regular expression: ${mistake}${where}`, {
    hint: 'It is a JavaScript regular expression; a backslash makes ( [ { . * + ? ^ $ | mean themselves.',
  })
}

/** What the engine says, without the pattern itself. */
function mistakeIn(text: string): string | undefined {
  try {
    new RegExp(text, FLAGS)
    return undefined
  } catch (error) {
    return messageOf(error).split(': ').at(-1)
  }
}

/**
 * The index of the character with which the mistake came in. The engine does not tell it, but all that is longer than the
 * pattern up to there has the same mistake.
 */
function placeOf(text: string, mistake: string): number {
  let length = text.length
  while (length > 1 && mistakeIn(text.slice(0, length - 1)) === mistake) length--
  return length - 1
}
