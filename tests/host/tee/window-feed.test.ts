import fc from 'fast-check'
import { expect, test } from 'vitest'
import { decideKept } from '../../../src/host/tee/window-feed.js'

test('a window keeps what fits, and nothing more once something was left out', () => {
  expect(decideKept({ heldBytes: 0, leftOutBytes: 0, capacityBytes: 10 }, 7)).toBe(7)
  expect(decideKept({ heldBytes: 7, leftOutBytes: 0, capacityBytes: 10 }, 7)).toBe(3)
  expect(decideKept({ heldBytes: 2, leftOutBytes: 4, capacityBytes: 10 }, 7)).toBe(0)
  expect(decideKept({ heldBytes: 10, leftOutBytes: 0, capacityBytes: 10 }, 1)).toBe(0)
})

test('a window never holds more than its capacity, nor anything out of order', () => {
  const window = fc
    .integer({ min: 1, max: 1_000 })
    .chain((capacityBytes) =>
      fc.record({ capacityBytes: fc.constant(capacityBytes), heldBytes: fc.nat(capacityBytes), leftOutBytes: fc.nat(50) }),
    )
  fc.assert(
    fc.property(window, fc.nat(5_000), (at, arriving) => {
      const kept = decideKept(at, arriving)
      expect(kept).toBeGreaterThanOrEqual(0)
      expect(kept).toBeLessThanOrEqual(arriving)
      expect(at.heldBytes + kept).toBeLessThanOrEqual(at.capacityBytes)
      if (at.leftOutBytes > 0) expect(kept).toBe(0)
      else if (at.heldBytes + arriving <= at.capacityBytes) expect(kept).toBe(arriving)
    }),
  )
})
