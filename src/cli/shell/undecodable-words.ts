/**
 * Words of the command line that are no UTF-8. Node decodes them with replacement characters and could not pass on the
 * bytes, so a file name in Latin-1 would silently become another one.
 */
import { isUtf8 } from 'node:buffer'
import { readFileSync } from 'node:fs'
import { PerchError } from '../../platform/perch-error.js'

const REPLACEMENT_CHARACTER = '\ufffd'

/**
 * Makes sure that the program gets the words that were typed.
 * @throws PerchError `bad-request`
 */
export function requireDecodable(words: readonly string[]): void {
  if (process.platform !== 'linux' || !words.some((word) => word.includes(REPLACEMENT_CHARACTER))) return
  // A replacement character that was typed as such is fine.
  if (isUtf8(readFileSync('/proc/self/cmdline'))) return
  throw new PerchError('bad-request', 'an argument is not UTF-8, and would reach the program as something else', {
    hint: 'Pass it on standard input, or run a script that contains it.',
  })
}
