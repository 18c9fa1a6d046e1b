import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { isSameJson, type JsonObject } from '../../../src/runtime/sync/json-value.js'
import { type MergeOptions, mergeThreeWay } from '../../../src/runtime/sync/merge-three-way.js'
import { privateKeys, stripPrivate } from '../../../src/runtime/sync/private-keys.js'

const options: MergeOptions = {
  privateKeys: privateKeys([['secret'], ['env', 'KEY_*']]),
  mergeDepth: { projects: 2, mcpServers: 1, env: 1 },
  quietKeys: ['numStartups', 'last*'],
  later: 'ours',
}

function merge(base: JsonObject, ours: JsonObject, theirs: JsonObject, changes: Partial<MergeOptions> = {}) {
  const result = mergeThreeWay(base, ours, theirs, { ...options, ...changes })
  if (result.outcome !== 'merged') throw new Error(`refused: ${result.side} shrunk`)
  return result
}

describe('by key', () => {
  const cases: readonly [what: string, base: JsonObject, ours: JsonObject, theirs: JsonObject, expected: JsonObject][] = [
    ['only ours changed', { a: 1 }, { a: 2 }, { a: 1 }, { a: 2 }],
    ['only theirs changed', { a: 1 }, { a: 1 }, { a: 2 }, { a: 2 }],
    ['both changed different keys', { a: 1, b: 1 }, { a: 2, b: 1 }, { a: 1, b: 2 }, { a: 2, b: 2 }],
    ['both added different keys', {}, { a: 1 }, { b: 1 }, { b: 1, a: 1 }],
    ['both changed it the same way', { a: 1 }, { a: 2 }, { a: 2 }, { a: 2 }],
    ['ours deleted what theirs left alone', { a: 1, b: 1 }, { b: 1 }, { a: 1, b: 1 }, { b: 1 }],
    ['theirs deleted what ours left alone', { a: 1, b: 1 }, { a: 1, b: 1 }, { b: 1 }, { b: 1 }],
    ['ours deleted what theirs changed', { a: 1 }, {}, { a: 2 }, { a: 2 }],
    ['theirs deleted what ours changed', { a: 1 }, { a: 2 }, {}, { a: 2 }],
    ['ours lacks what theirs added: no deletion', {}, {}, { a: 1 }, { a: 1 }],
    [
      'entries of projects',
      { projects: { x: { n: 1 } } },
      { projects: { x: { n: 1 }, y: {} } },
      { projects: { x: { n: 1 }, z: {} } },
      { projects: { x: { n: 1 }, z: {}, y: {} } },
    ],
    [
      'fields of one project',
      { projects: { x: {} } },
      { projects: { x: { trust: true } } },
      { projects: { x: { tools: [1] } } },
      { projects: { x: { tools: [1], trust: true } } },
    ],
    [
      'an entry deleted on one side',
      { mcpServers: { x: 1, y: 1 } },
      { mcpServers: { y: 1, z: 1 } },
      { mcpServers: { x: 1, y: 1 } },
      { mcpServers: { y: 1, z: 1 } },
    ],
    ['both deleted it', { a: 1, b: 1 }, { b: 1 }, { b: 1 }, { b: 1 }],
    ['a change of type on one side', { projects: { x: {} } }, { projects: 'off' }, { projects: { x: {} } }, { projects: 'off' }],
    [
      'a map deleted on one side, an entry of it changed on the other: the other one whole',
      { mcpServers: { x: 1, y: 1 } },
      {},
      { mcpServers: { x: 2, y: 1 } },
      { mcpServers: { x: 2, y: 1 } },
    ],
    [
      'a map where the base had none',
      { projects: 'off' },
      { projects: { x: {} } },
      { projects: { y: {} } },
      { projects: { y: {}, x: {} } },
    ],
    ['a map that both sides made', {}, { mcpServers: { x: 1 } }, { mcpServers: { y: 1 } }, { mcpServers: { y: 1, x: 1 } }],
    [
      'the order of keys inside is no change',
      { a: { x: 1, y: 2 } },
      { a: { y: 2, x: 1 } },
      { a: { x: 1, y: 3 } },
      { a: { x: 1, y: 3 } },
    ],
    [
      'private keys of theirs stay theirs',
      { a: 1 },
      { a: 2, secret: 'ours' },
      { a: 1, secret: 'theirs' },
      { a: 2, secret: 'theirs' },
    ],
    ['private keys of ours do not cross', {}, { secret: 'ours', env: { KEY_A: 'k', B: '1' } }, {}, { env: { B: '1' } }],
    ['a nested private key outlives the rest', { env: { B: '1' } }, {}, { env: { KEY_A: 'k', B: '1' } }, { env: { KEY_A: 'k' } }],
    [
      'a key that looks like a prototype',
      JSON.parse('{"__proto__":{"a":1}}'),
      JSON.parse('{"__proto__":{"a":2}}'),
      JSON.parse('{"__proto__":{"a":1}}'),
      JSON.parse('{"__proto__":{"a":2}}'),
    ],
  ]
  test.each(cases)('%s', (_, base, ours, theirs, expected) => {
    const result = merge(base, ours, theirs)
    expect(JSON.stringify(result.document)).toBe(JSON.stringify(expected))
    expect(result.conflicts).toEqual([])
    expect(result.changed).toBe(!isSameJson(expected, theirs))
  })

  test.each([
    ['numbers', 1, 2, 3],
    ['arrays are one unit', [1], [1, 2], [1, 3]],
    ['a change of type', 'text', { a: 1 }, [1]],
    ['an object and none', { a: 1 }, { a: 2 }, null],
    ['numbers that a sum would suit', 10, 11, 12],
    ['arrays that a union would suit', ['x'], ['x', 'y'], ['x', 'z']],
    ['an empty value', 1, '', false],
    ['objects that are not merged by entry', { a: 1 }, { a: 2 }, { a: 3 }],
  ])('both changed the same key, %s: the later write wins and it is said', (_, base, ours, theirs) => {
    for (const later of ['ours', 'theirs'] as const) {
      const result = merge({ key: base }, { key: ours }, { key: theirs }, { later })
      expect(result.document).toEqual({ key: later === 'ours' ? ours : theirs })
      expect(result.conflicts).toEqual([{ path: ['key'], winner: later, lost: later === 'ours' ? theirs : ours }])
    }
  })

  test('counters that change at every write are merged without a word', () => {
    const result = merge(
      { numStartups: 1, projects: { x: { lastCost: 1 } } },
      { numStartups: 2, projects: { x: { lastCost: 2 } } },
      { numStartups: 3, projects: { x: { lastCost: 3 } } },
    )
    expect(result.conflicts).toEqual([])
    expect(result.document).toEqual({ numStartups: 2, projects: { x: { lastCost: 2 } } })
  })

  test('the order of the other side is kept, new keys come last', () => {
    const result = merge({ z: 1, a: 1 }, { new: 1, a: 2, z: 1 }, { z: 1, secret: 0, a: 1 })
    expect(Object.keys(result.document)).toEqual(['z', 'secret', 'a', 'new'])
  })

  test('a side that lost most of its keys is not followed (failure 13)', () => {
    const full = { a: 1, b: 2, c: 3, projects: { x: {}, y: {}, z: {} } }
    expect(mergeThreeWay(full, { a: 1 }, full, options)).toEqual({ outcome: 'shrunk', side: 'ours' })
    expect(mergeThreeWay(full, full, { numStartups: 1 }, options)).toEqual({ outcome: 'shrunk', side: 'theirs' })
    expect(mergeThreeWay(full, { ...full, projects: {} }, full, options)).toMatchObject({ outcome: 'merged' })
    expect(mergeThreeWay({ a: 1, b: 2 }, {}, { a: 1, b: 2 }, options)).toMatchObject({ outcome: 'merged', document: {} })
  })
})

describe('for any documents', () => {
  const value = fc.oneof(
    fc.nat(2),
    fc.constantFrom('s', null, true),
    fc.array(fc.nat(1), { maxLength: 2 }),
    fc.dictionary(fc.constantFrom('p', 'q'), fc.nat(1)),
  )
  const map = fc.dictionary(fc.constantFrom('x', 'y'), value)
  const key = fc.constantFrom('a', 'b', 'c', 'secret', 'numStartups', '__proto__', '1')
  const document = fc
    .record({
      flat: fc.dictionary(key, value),
      projects: fc.option(map),
      mcpServers: fc.option(map),
      env: fc.option(fc.dictionary(fc.constantFrom('KEY_A', 'B'), fc.nat(2))),
    })
    .map(
      ({ flat, ...maps }) =>
        ({ ...flat, ...Object.fromEntries(Object.entries(maps).filter(([, entry]) => entry !== null)) }) as JsonObject,
    )
  const later = fc.constantFrom<'ours' | 'theirs'>('ours', 'theirs')
  const three = [document, document, document] as const

  function attempt(base: JsonObject, ours: JsonObject, theirs: JsonObject, which: 'ours' | 'theirs') {
    const result = mergeThreeWay(base, ours, theirs, { ...options, later: which })
    return result.outcome === 'merged' ? result : undefined
  }
  const shared = (one: JsonObject) => stripPrivate(one, options.privateKeys)

  test('merging twice is merging once', () => {
    fc.assert(
      fc.property(...three, later, (base, ours, theirs, which) => {
        const once = attempt(base, ours, theirs, which)
        const twice = once && attempt(base, ours, once.document, 'theirs')
        if (once && twice && once.conflicts.length === 0) expect(twice.document).toEqual(once.document)
      }),
    )
  })

  test('a side that did nothing has no say, and nothing happens when nobody did anything', () => {
    fc.assert(
      fc.property(document, document, later, (base, changed, which) => {
        const idle = attempt(base, base, changed, which)
        if (idle) expect(idle.changed).toBe(false)
        const taken = attempt(base, changed, base, which)
        if (taken) expect(isSameJson(pruned(shared(taken.document)), pruned(shared(changed)))).toBe(true)
      }),
    )
  })

  test('both sides come to the same shared document', () => {
    fc.assert(
      fc.property(...three, later, (base, ours, theirs, which) => {
        const outward = attempt(base, ours, theirs, which)
        const inward = attempt(base, theirs, ours, which === 'ours' ? 'theirs' : 'ours')
        if (outward && inward) expect(pruned(shared(inward.document))).toEqual(pruned(shared(outward.document)))
      }),
    )
  })

  test('no private key ever crosses', () => {
    fc.assert(
      fc.property(...three, later, (base, ours, theirs, which) => {
        const result = attempt(base, ours, theirs, which)
        if (!result) return
        expect(result.document.secret).toEqual(theirs.secret)
        expect((result.document.env as JsonObject | undefined)?.KEY_A).toEqual((theirs.env as JsonObject | undefined)?.KEY_A)
      }),
    )
  })

  test('every key that only one side added is there', () => {
    fc.assert(
      fc.property(...three, later, (base, ours, theirs, which) => {
        const result = attempt(base, ours, theirs, which)
        if (!result) return
        for (const side of [ours, theirs]) {
          for (const name of Object.keys(shared(side)))
            if (!Object.hasOwn(base, name)) expect(Object.hasOwn(result.document, name)).toBe(true)
        }
      }),
    )
  })
})

/** Objects that hold nothing but private keys are as good as absent on the other side. */
function pruned(one: JsonObject): JsonObject {
  return Object.fromEntries(
    Object.entries(one).filter(([key, value]) => key !== 'env' || Object.keys(value as object).length > 0),
  )
}
