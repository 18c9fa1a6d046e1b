/**
 * A search that ends. A pattern such as `(a+)+$` takes time that doubles with each character; V8 breaks it off where it
 * runs with a timeout (its regular expressions look for interrupts when they backtrack). Costs 0.15 ms a search.
 */
import { createContext, Script } from 'node:vm'
import { PerchError } from '../../platform/perch-error.js'

/** An ordinary pattern takes 0.05 ms for a whole window. Long enough that a machine under full load is not taken for it. */
const MATCH_BOUND_MS = 3_000

export type TextSearch = (text: string, from: number) => boolean

/**
 * Whether the pattern is found in a text at `from` or later. Needs the flag `g`.
 * @throws (the search) PerchError `pattern-too-slow`
 */
export function boundedSearch(pattern: RegExp, boundMs = MATCH_BOUND_MS): TextSearch {
  const scope = { pattern, text: '', from: 0 }
  const context = createContext(scope)
  const script = new Script('pattern.lastIndex = from; pattern.test(text)')
  return (text, from) => {
    Object.assign(scope, { text, from })
    try {
      return script.runInContext(context, { timeout: boundMs }) === true
    } catch (cause) {
      if (!isTimeout(cause)) throw cause
      throw new PerchError('pattern-too-slow', `--pattern ${pattern.source} takes too long on this output`, {
        cause,
        hint: 'Repetitions inside repetitions, as in (a+)+, have that effect; (a+) alone means the same.',
      })
    }
  }
}

/** The error may be of the other context, and then is no instance of this one's `Error`. */
function isTimeout(error: unknown): boolean {
  return typeof error === 'object' && error !== null && 'code' in error && error.code === 'ERR_SCRIPT_EXECUTION_TIMEOUT'
}
