import fc from 'fast-check'
import { expect, test } from 'vitest'
import { cutLine, fitSpan, lineWidth, span, spreadLine } from '../../../src/tui/paint/line.js'

const texts = fc.string({ unit: fc.constantFrom('a', ' ', '\u4e86', '\u{1f389}', '\u00e9', '\x1b', '\u202e'), maxLength: 12 })

test('a line that is cut takes at most the columns that there are, and all of them at once when it fits', () => {
  fc.assert(
    fc.property(fc.array(texts, { maxLength: 4 }), fc.nat({ max: 30 }), (parts, width) => {
      const line = parts.map((text) => span(text))
      const cut = cutLine(line, width)
      expect(lineWidth(cut)).toBeLessThanOrEqual(width)
      if (lineWidth(line) <= width) expect(cut).toEqual(line)
    }),
  )
})

test('a fitted text takes exactly the columns that it is given', () => {
  fc.assert(
    fc.property(texts, fc.nat({ max: 20 }), (text, width) => {
      expect(fitSpan(text, width).width).toBe(width)
    }),
  )
})

test('nothing that acts on a terminal is left in a text', () => {
  expect(span('a\x1b[31m\u202eb\u0007').text).toBe('a\\x1b[31m\\u202eb\\x07')
})

test('what stands at the right edge gives way where there is no room for both', () => {
  const [left, right] = [[span('left')], [span('right')]]
  expect(
    spreadLine(left, right, 12)
      .map(({ text }) => text)
      .join(''),
  ).toBe('left   right')
  expect(
    spreadLine(left, right, 6)
      .map(({ text }) => text)
      .join(''),
  ).toBe('left')
})
