import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type Referable, resolveReference } from '../../../src/daemon/sessions/session-reference.js'
import { PerchError } from '../../../src/platform/perch-error.js'

const sessions: readonly Referable[] = [
  { id: '3f000001', name: 'build', live: false, createdAt: '2026-01-01T00:00:00.000Z' },
  { id: '3f000002', name: 'build', live: true, createdAt: '2026-01-02T00:00:00.000Z' },
  { id: '3f000003', name: 'build', live: false, createdAt: '2026-01-03T00:00:00.000Z' },
  { id: 'ab000004', name: 'old', live: false, createdAt: '2026-01-04T00:00:00.000Z' },
  { id: 'ab000005', name: 'old', live: false, createdAt: '2026-01-06T00:00:00.000Z' },
  { id: 'ab000006', name: 'old', live: false, createdAt: '2026-01-05T00:00:00.000Z' },
  { id: 'cd000007', name: '3f000001', live: true, createdAt: '2026-01-05T00:00:00.000Z' },
  { id: 'ee000008', name: null, live: true, createdAt: '2026-01-05T00:00:00.000Z' },
  { id: 'ff000009', name: 'cd', live: true, createdAt: '2026-01-05T00:00:00.000Z' },
]

function codeOf(reference: string): string {
  try {
    return resolveReference(reference, sessions).id
  } catch (error) {
    return error instanceof PerchError ? error.code : String(error)
  }
}

describe('a reference means', () => {
  test.each([
    ['3f000002', '3f000002', 'the session with exactly this id'],
    ['3f000001', '3f000001', 'the id rather than a session that is named like it'],
    ['build', '3f000002', 'the live session of that name rather than a later ended one'],
    ['old', 'ab000005', 'the latest ended session of that name'],
    ['cd', 'ff000009', 'a name rather than a prefix'],
    ['ee', 'ee000008', 'the only id that begins so'],
    ['3f', 'ambiguous-session', 'nothing when several ids begin so'],
    ['3f00000', 'ambiguous-session', 'nothing when several ids begin so, however long'],
    ['nope', 'session-not-found', 'nothing when nothing fits'],
    ['', 'session-not-found', 'nothing when it is empty, though every id begins so'],
  ])('%j → %s: %s', (reference, expected) => {
    expect(codeOf(reference)).toBe(expected)
  })

  test('an ambiguous prefix lists the candidates by id and name', () => {
    expect(() => resolveReference('3f', sessions)).toThrow(/3f000001 \(build\), 3f000002 \(build\), 3f000003 \(build\)/)
  })

  test('whatever is found was asked for: by id, by name or by prefix', () => {
    const id = fc.stringMatching(/^[0-9a-f]{4}$/)
    const one = fc.record({ id, name: fc.option(id), live: fc.boolean(), createdAt: fc.constantFrom('a', 'b', 'c') })
    fc.assert(
      fc.property(
        fc.uniqueArray(one, { selector: (session) => session.id }),
        id,
        fc.integer({ min: 1, max: 4 }),
        (all, wanted, length) => {
          const reference = wanted.slice(0, length)
          try {
            const found = resolveReference(reference, all)
            expect(found.id.startsWith(reference) || found.name === reference).toBe(true)
            if (all.some((session) => session.id === reference)) expect(found.id).toBe(reference)
          } catch (error) {
            if (!(error instanceof PerchError)) throw error
            const matching = all.filter((session) => session.id.startsWith(reference))
            expect(all.some((session) => session.name === reference)).toBe(false)
            expect(matching.length === 0 ? 'session-not-found' : 'ambiguous-session').toBe(error.code)
          }
        },
      ),
    )
  })
})
