import fc from 'fast-check'
import { expect, test } from 'vitest'
import { ViewClock } from '../../../src/tui/view/view-clock.js'

const NOW_MS = Date.parse('2026-01-01T12:00:00.000Z')
const at = (ms: number) => new Date(NOW_MS + ms).toISOString()
const MINUTE_MS = 60_000

test.each([
  [-1_000, '<1m'],
  [-59_999, '<1m'],
  [-60_000, '1m'],
  [-59.9 * MINUTE_MS, '59m'],
  [-60 * MINUTE_MS, '1h'],
  [-49 * 60 * MINUTE_MS, '2d'],
  [5_000, '<1m'],
])('an age of %i ms is %s', (ms, text) => {
  expect(new ViewClock(NOW_MS).age(at(ms))).toBe(text)
})

test.each([
  [0, undefined],
  [30_000, '<1m'],
  [44.5 * MINUTE_MS, '44m'],
  [134 * MINUTE_MS, '2h14m'],
  [120 * MINUTE_MS, '2h'],
  [76 * 60 * MINUTE_MS, '3d4h'],
  [72 * 60 * MINUTE_MS, '3d'],
])('%i ms to go are %s', (ms, text) => {
  expect(new ViewClock(NOW_MS).until(at(ms))).toBe(text)
})

test('a text reads the same until the moment that is said, and otherwise at it', () => {
  fc.assert(
    fc.property(fc.integer({ min: -4e8, max: 4e8 }), fc.constantFrom('age', 'until'), (ms, kind) => {
      const clock = new ViewClock(NOW_MS)
      const text = clock[kind](at(ms))
      const next = clock.nextChangeMs
      if (!Number.isFinite(next)) return
      expect(new ViewClock(next - 1)[kind](at(ms))).toBe(text)
      expect(new ViewClock(next)[kind](at(ms))).not.toBe(text)
    }),
  )
})
