import fc from 'fast-check'
import { expect, test } from 'vitest'
import { valueAt, withLostKeys } from '../../../src/runtime/conflicts/lost-keys.js'
import { isSameJson, type JsonObject } from '../../../src/runtime/sync/json-value.js'

test('a key keeps its place, a new one goes to the end, one without a value is taken away', () => {
  const document = { a: 1, b: { x: 1, y: 2 }, c: 3 }
  const changed = withLostKeys(document, [
    { path: ['b', 'x'], lost: 'new' },
    { path: ['c'], lost: undefined },
    { path: ['d', 'e'], lost: [1] },
    { path: ['b', 'none', 'of', 'it'], lost: undefined },
  ])
  expect(JSON.stringify(changed)).toBe('{"a":1,"b":{"x":"new","y":2},"d":{"e":[1]}}')
})

test('what was there before put back again is the document as it was', () => {
  const json = fc.dictionary(fc.string(), fc.oneof(fc.integer(), fc.dictionary(fc.string(), fc.integer())))
  const path = fc.array(fc.string(), { minLength: 1, maxLength: 1 })
  fc.assert(
    fc.property(json, path, fc.jsonValue(), (document: JsonObject, key, value) => {
      const before = { path: key, lost: valueAt(document, key) }
      const changed = withLostKeys(document, [{ path: key, lost: value }])
      expect(isSameJson(withLostKeys(changed, [before]), document)).toBe(true)
    }),
  )
})
