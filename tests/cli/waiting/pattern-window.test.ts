/** Looking for a pattern in a text that comes in pieces. */
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { parsePattern } from '../../../src/cli/values/pattern.js'
import { boundedSearch } from '../../../src/cli/waiting/bounded-match.js'
import { PatternWindow, WINDOW_LENGTH } from '../../../src/cli/waiting/pattern-window.js'

/** The index of the piece with which the pattern was found; -1 for none. */
function foundWith(pattern: string, pieces: readonly string[]): number {
  const window = new PatternWindow(boundedSearch(parsePattern(pattern)))
  return pieces.findIndex((piece) => window.push(piece))
}

describe('a pattern', () => {
  test.each([
    ['in one piece', 'ready', ['not yet ', 'it is ready now'], 1],
    ['cut into single characters', 'ready', [...'it is ready'], 10],
    ['over several lines', 'first\\r?\\n.*\\nlast', ['first\r\n', 'mid', 'dle\nla', 'st'], 3],
    ['at the end of a line of a terminal', '^done$', ['done', '\r\n'], 0],
    ['at the beginning of a line', '^b', ['ab', '\r\n', 'b'], 2],
    ['that is not there', 'ready', ['nothing', 'of the kind'], -1],
    ['is not found again in what it was found in before', '^$', ['a'], -1],
  ])('%s', (_, pattern, pieces, expected) => expect(foundWith(pattern, pieces)).toBe(expected))

  test('is found with the same character however the text was cut', () => {
    const text = fc.array(fc.constantFrom('a', 'b', '\n', 'ab', '日'), { maxLength: 30 }).map((parts) => parts.join(''))
    const pattern = fc.constantFrom('ab+a', '^b', 'a\\nb', '日.?a', 'b{3}')
    fc.assert(
      fc.property(text, pattern, fc.array(fc.nat(30), { maxLength: 5 }), (whole, wanted, cuts) => {
        const at = [0, ...cuts.filter((cut) => cut < whole.length).sort((a, b) => a - b), whole.length]
        const pieces = at.slice(1).map((end, index) => whole.slice(at[index], end))
        expect(foundWith(wanted, pieces) >= 0).toBe(foundWith(wanted, [...whole]) >= 0)
      }),
    )
  })
})

describe('beyond the window', () => {
  const filler = 'x'.repeat(WINDOW_LENGTH)

  test('a match as long as the window is found, whatever was before it', () => {
    const before = 'y'.repeat(3 * WINDOW_LENGTH)
    expect(foundWith('begin[^y]*end', [before, 'begin', filler.slice(8), 'end'])).toBe(3)
  })

  test('the beginning of what is left is no beginning of a line, or of the text', () => {
    expect(foundWith('^x', ['a', filler, filler, 'x'])).toBe(-1)
    expect(foundWith('(?<![^])x', ['a', filler, filler, 'x'])).toBe(-1)
    expect(foundWith('^x', ['a', filler, filler, '\nx'])).toBe(3)
  })

  test('what left the window is forgotten', () => {
    expect(foundWith('begin[^]*end', ['begin', filler, 'end'])).toBe(-1)
  })
})
