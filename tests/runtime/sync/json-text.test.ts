import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { DocumentComposer } from '../../../src/runtime/sync/document-composer.js'
import { readByParts } from '../../../src/runtime/sync/json-parts.js'
import { sharingWith } from '../../../src/runtime/sync/json-sharing.js'
import { CLIENT_STYLE, type JsonStyle, styleOf } from '../../../src/runtime/sync/json-style.js'
import { parseDocument } from '../../../src/runtime/sync/json-text.js'
import type { JsonObject } from '../../../src/runtime/sync/json-value.js'

const key = fc.oneof(
  fc.constantFrom('a', 'b', 'projects', '__proto__', 'constructor', '', '1', 'ö"\n'),
  fc.string({ unit: 'grapheme' }),
)
const value = fc.letrec((tie) => ({
  any: fc.oneof(
    { maxDepth: 4 },
    fc.constantFrom(null, true, 0, -1.5e300, '', 'text', 'line\nbreak "quoted" \\ ö \u2028', '\ud800'),
    fc.array(tie('any'), { maxLength: 3 }),
    fc.array(fc.tuple(key, tie('any')), { maxLength: 4 }).map((entries) => Object.fromEntries(entries)),
  ),
})).any
const document = fc.array(fc.tuple(key, value), { maxLength: 6 }).map((entries): JsonObject => Object.fromEntries(entries))
const large = document.map(
  (one): JsonObject => ({
    ...one,
    large: Object.fromEntries(Array.from({ length: 120 }, (_, at) => [`entry${at}`, { at, one }])),
  }),
)
const style: fc.Arbitrary<JsonStyle> = fc.record({
  indent: fc.constantFrom('', '  ', '    ', '\t'),
  newline: fc.constantFrom('\n', '\r\n'),
  finalNewline: fc.boolean(),
  byteOrderMark: fc.boolean(),
})

/** The plain way. */
function textOf(one: JsonObject, { indent, newline, finalNewline, byteOrderMark }: JsonStyle): string {
  const text = JSON.stringify(one, null, indent).replaceAll('\n', newline)
  return `${byteOrderMark ? '\ufeff' : ''}${text}${finalNewline ? newline : ''}`
}

test('the composed text is that of JSON.stringify, in every style, also for the same documents again', () => {
  const composer = new DocumentComposer()
  fc.assert(
    fc.property(fc.oneof(document, large), fc.array(style, { minLength: 1, maxLength: 3 }), (one, styles) => {
      for (const as of [...styles, ...styles]) expect(composer.compose(one, as).toString()).toBe(textOf(one, as))
    }),
  )
})

test('the style of a text is found again', () => {
  fc.assert(
    fc.property(document, style, (one, as) => {
      const found = styleOf(Buffer.from(textOf(one, as)))
      expect(textOf(one, { ...found, ...(Object.keys(one).length === 0 ? { indent: as.indent } : {}) })).toBe(textOf(one, as))
    }),
  )
})

describe('a document that is read with what is known says just what the text says', () => {
  const read = (bytes: Buffer, known: JsonObject | undefined) => {
    const parsed = parseDocument(bytes, known)
    if (parsed.kind !== 'document') throw new Error(parsed.why)
    return parsed.document
  }
  test('whatever is known', () => {
    fc.assert(
      fc.property(fc.oneof(document, large), document, style, (one, other, as) => {
        const bytes = Buffer.from(textOf(one, as))
        const plain = JSON.stringify(JSON.parse(JSON.stringify(one)))
        for (const known of [undefined, other, JSON.parse(plain), { ...one, added: 1 }]) {
          expect(JSON.stringify(read(bytes, known))).toBe(plain)
        }
      }),
    )
  })

  test('what has not changed is the same object', () => {
    const known = { n: 1, projects: { '/x': { a: [1] }, '/y': { b: {} } }, list: [{ c: 1 }] }
    const changed = { ...known, n: 2, projects: { ...known.projects, '/y': { b: {}, c: 1 } } }
    for (const as of [CLIENT_STYLE, { ...CLIENT_STYLE, indent: '' }]) {
      const one = read(Buffer.from(textOf(changed, as)), known) as typeof known
      expect(one).toEqual(changed)
      expect(one.projects['/x']).toBe(known.projects['/x'])
      expect(one.projects['/y'].b).toBe(known.projects['/y'].b)
      expect(one.list).toBe(known.list)
    }
    expect(read(Buffer.from(JSON.stringify(known, null, 2)), known)).toBe(known)
  })

  test('any damage to the text is refused or read as JSON.parse reads it', () => {
    const position = fc.nat({ max: 10_000 })
    fc.assert(
      fc.property(
        document,
        style,
        position,
        fc.constantFrom('', '"', '{', '}', '[', ',', ':', '1', ' ', '\\'),
        (one, as, at, put) => {
          const plainStyle = { ...as, byteOrderMark: false }
          const text = textOf(one, plainStyle)
          const cut = at % (text.length + 1)
          // Half a character becomes a replacement character, as in the bytes.
          const damaged = Buffer.from(text.slice(0, cut) + put + text.slice(cut + 1)).toString()
          let plain: unknown
          try {
            plain = JSON.parse(damaged)
          } catch {
            expect(readByParts(Buffer.from(damaged), one, plainStyle)).toBeUndefined()
            return
          }
          const parsed = readByParts(Buffer.from(damaged), one, plainStyle)
          if (parsed !== undefined) expect(JSON.stringify(parsed)).toBe(JSON.stringify(plain))
        },
      ),
      { numRuns: 500 },
    )
  })
})

test('sharing changes nothing that is said, and keeps the order of keys', () => {
  fc.assert(
    fc.property(document, document, (one, known) => {
      const plain = JSON.stringify(one)
      expect(JSON.stringify(sharingWith(JSON.parse(plain), known))).toBe(plain)
      expect(JSON.stringify(sharingWith(JSON.parse(plain), JSON.parse(plain)))).toBe(plain)
    }),
  )
  const known = { a: 1, b: 2 }
  expect(sharingWith({ b: 2, a: 1 }, known)).not.toBe(known)
  expect(sharingWith({ a: 1, b: 2 }, known)).toBe(known)
})

test.each([
  ['an empty file', '', 'is empty', true],
  ['half a document', '{"a":', 'is not a JSON document', true],
  ['an array', '[]', 'is not a JSON document: it holds no object', false],
  ['a number', '1', 'is not a JSON document: it holds no object', false],
  ['a byte order mark alone', '\ufeff', 'is not a JSON document', true],
  ['257 levels', `{"a":${'['.repeat(257)}${']'.repeat(257)}}`, 'is nested more than 256 levels deep', false],
  ['100,000 levels', `{"a":${'{"a":'.repeat(100_000)}1${'}'.repeat(100_001)}`, 'is nested more than 256 levels deep', false],
])('%s is no document', (_, text, why, isMidWrite) => {
  for (const known of [undefined, { a: [] }, { a: {} }]) {
    expect(parseDocument(Buffer.from(text), known)).toEqual({ kind: 'refused', why, isMidWrite })
  }
})

test('of equal keys the last one counts', () => {
  for (const known of [undefined, { a: { b: 1 } }]) {
    expect(parseDocument(Buffer.from('{"a":{"b":0},"x":1,"a":{"b":1}}'), known)).toMatchObject({
      document: { a: { b: 1 }, x: 1 },
    })
  }
})
