import fc from 'fast-check'
import { expect, test } from 'vitest'
import { keptNameText, parseKeptName } from '../../../src/runtime/conflicts/kept-name.js'

test('a name says what it was made of, whatever the thing was called', () => {
  const id = fc.stringMatching(/^[0-9a-f]{6}$/)
  const at = fc.date({ min: new Date('2000-01-01'), max: new Date('2100-01-01'), noInvalidDate: true })
  const name = fc.string({ unit: 'binary', minLength: 1, maxLength: 60 })
  fc.assert(
    fc.property(id, at, name, (...[givenId, givenAt, givenName]) => {
      const kept = { id: givenId, at: givenAt, name: givenName }
      expect(parseKeptName(keptNameText(kept))).toEqual(kept)
    }),
  )
})

test('a long name is cut at its beginning, and is a name then', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', minLength: 150, maxLength: 255 }), (name) => {
      const text = keptNameText({ id: '012345', at: new Date(0), name })
      expect(Buffer.byteLength(text)).toBeLessThanOrEqual(255)
    }),
  )
})

test.each(['', 'notes.md', '2026-01-01T00-00-00-000Z', '2026-01-01T00-00-00-000Z-xyz-name'])('%j is no such name', (text) => {
  expect(parseKeptName(text)).toBeUndefined()
})
