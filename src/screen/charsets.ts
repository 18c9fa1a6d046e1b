/** The character sets that a program has designated, by the letter that designates each. */
import xterm from '@xterm/headless'
import { coreOf } from './xterm-core.js'

type Charset = ReturnType<typeof coreOf>['_charsetService']['charset']

/** Those of the library: DEC special graphics, and the national ones of the VT220. */
const LETTERS = ['0', 'A', '4', 'C', '5', 'R', 'Q', 'K', 'Y', 'E', '6', 'Z', 'H', '7', '=']

/** The letter of each set, found by designating it once in a terminal that is thrown away; `B` is ASCII. */
export const DESIGNATORS: ReadonlyMap<Charset, string> = learnDesignators()

/** The letters of G0 to G3. */
export function charsetNames(designated: readonly Charset[]): readonly string[] {
  return [0, 1, 2, 3].map((set) => DESIGNATORS.get(designated[set]) ?? 'B')
}

function learnDesignators(): ReadonlyMap<Charset, string> {
  const found = new Map<Charset, string>([[undefined, 'B']])
  const terminal = new xterm.Terminal({ cols: 2, rows: 1, allowProposedApi: true })
  const core = coreOf(terminal)
  for (const letter of LETTERS) {
    core._inputHandler.parse(`\x1b(${letter}`)
    const charset = core._charsetService._charsets[0]
    if (charset !== undefined && !found.has(charset)) found.set(charset, letter)
  }
  terminal.dispose()
  return found
}
