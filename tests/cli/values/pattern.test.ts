/** Mistakes in a pattern, and where they are said to be. */
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { parsePattern } from '../../../src/cli/values/pattern.js'
import { PerchError } from '../../../src/platform/perch-error.js'

test.each([
  ['foo(bar', 'Unterminated group, at character 4: "(bar"'],
  ['(a)(b', 'Unterminated group, at character 4: "(b"'],
  ['a)b', `Unmatched ')', at character 2: ")b"`],
  ['a**', 'Nothing to repeat, at character 3: "*"'],
  ['[a-z', 'Unterminated character class, at character 1: "[a-z"'],
  ['[z-a]', 'Range out of order in character class, at character 4: "a]"'],
  ['end\\', '\\ at end of pattern, at character 4: "\\\\"'],
])('%s', (pattern, said) => {
  expect(() => parsePattern(pattern)).toThrow(
    expect.objectContaining({ code: 'bad-pattern', message: expect.stringContaining(said) }),
  )
})

test('an empty one is refused: everything fits it', () => {
  expect(() => parsePattern('')).toThrow(expect.objectContaining({ code: 'bad-pattern' }))
})

test('whatever is given, there is a pattern or a usage error', () => {
  fc.assert(
    fc.property(fc.string({ maxLength: 40 }), (text) => {
      try {
        expect(parsePattern(text).flags).toBe('gm')
      } catch (error) {
        expect(error).toBeInstanceOf(PerchError)
        expect(error).toMatchObject({ code: 'bad-pattern' })
      }
    }),
  )
})
