/** Patterns that would never come to an end. */
import { expect, test } from 'vitest'
import { parsePattern } from '../../../src/cli/values/pattern.js'
import { boundedSearch } from '../../../src/cli/waiting/bounded-match.js'

const ENDLESS = `${'a'.repeat(60)}b`

test.each(['(a+)+$', '(a|aa)+$', '(a*)*c'])('%s is given up, and says which it is and why', (pattern) => {
  const search = boundedSearch(parsePattern(pattern), 50)
  expect(() => search(ENDLESS, 0)).toThrow(
    expect.objectContaining({ code: 'pattern-too-slow', message: expect.stringContaining(pattern) }),
  )
})

test('the next search works again, from where it is told to', () => {
  const search = boundedSearch(parsePattern('(a+)+$'), 50)
  expect(() => search(ENDLESS, 0)).toThrow()
  expect(search('a', 0)).toBe(true)
  expect(search('ab', 1)).toBe(false)
  expect(search('ba', 1)).toBe(true)
})
