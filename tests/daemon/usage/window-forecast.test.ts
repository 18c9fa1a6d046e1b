/** When a window would be used up, and whether a person is told of it. */
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { decideWarning } from '../../../src/daemon/usage/limit-warning.js'
import type { WindowSample } from '../../../src/daemon/usage/roll-up.js'
import { forecastFull } from '../../../src/daemon/usage/window-forecast.js'

const HOUR = 3_600_000
const NOW = Date.UTC(2026, 10, 28, 12)
const RESET = NOW + 2 * HOUR

function sample(hoursAgo: number, usedPercent: number, resetsAt: number | null = RESET, kind = '5h'): WindowSample {
  return { kind, at: NOW - hoursAgo * HOUR, usedPercent, resetsAt }
}

test.each([
  ['at the rate of the last hour', [sample(2, 0), sample(1, 20), sample(0, 60)], NOW + HOUR],
  ['an hour without news is an hour without use', [sample(2, 0), sample(1, 60)], null],
  ['a session that told nothing before the last hour', [sample(0.5, 20), sample(0, 60)], NOW + HOUR / 2],
  ['the reset comes first', [sample(1, 50), sample(0, 60)], null],
  ['one sample is no rate', [sample(0, 60)], null],
  ['two within moments are no rate', [sample(0.01, 10), sample(0, 60)], null],
  ['samples of the period before do not count', [sample(1, 0, RESET - 5 * HOUR), sample(0, 60)], null],
  ['a reset that is rounded otherwise is the same', [sample(1, 20, RESET + 60_000), sample(0, 60)], NOW + HOUR],
  ['used up is used up', [sample(1, 20), sample(0, 100)], null],
  ['a reset that is past', [sample(1, 20, NOW - 1), sample(0.5, 60, NOW - 1)], null],
  ['no reset told', [sample(1, 20, null), sample(0, 60, null)], null],
  ['a kind that does not say how long', [sample(1, 20, RESET, 'weekly'), sample(0, 60, RESET, 'weekly')], null],
  ['nothing heard', [], null],
])('%s', (_, samples, fullAt) => {
  expect(forecastFull(samples, NOW)).toBe(fullAt)
})

test('the forecast is between now and the reset, or there is none', () => {
  const samples = fc.array(fc.record({ hours: fc.double({ min: 0, max: 6, noNaN: true }), used: fc.nat(120) }), { maxLength: 8 })
  fc.assert(
    fc.property(samples, (all) => {
      const inOrder = [...all].sort((a, b) => b.hours - a.hours).map(({ hours, used }) => sample(hours, used))
      const fullAt = forecastFull(inOrder, NOW)
      if (fullAt === null) return
      expect(fullAt).toBeGreaterThanOrEqual(NOW)
      expect(fullAt).toBeLessThan(RESET)
    }),
  )
})

const WARN = { warnAt: 80, nowMs: NOW }

test.each([
  ['below the threshold', sample(0, 79.9), undefined, 'nothing'],
  ['at the threshold', sample(0, 80), undefined, 'warn'],
  ['again in the same period', sample(0, 95), { resetsAt: RESET }, 'nothing'],
  ['again, the reset rounded otherwise', sample(0, 95), { resetsAt: RESET + 90_000 }, 'nothing'],
  ['in the next period', sample(0, 95), { resetsAt: RESET - 5 * HOUR }, 'warn'],
  ['of a period before the one that was warned of', sample(0, 95), { resetsAt: RESET + 5 * HOUR }, 'nothing'],
  ['of a period that is over', sample(0, 95, NOW - 1), undefined, 'nothing'],
  ['without a reset, for the first time', sample(0, 95, null), undefined, 'warn'],
  ['without a reset, again', sample(0, 95, null), { resetsAt: null }, 'nothing'],
  ['without a reset, below again', sample(0, 5, null), { resetsAt: null }, 'forget'],
])('a warning %s', (_, latest, warned, decision) => {
  expect(decideWarning({ latest, warned, ...WARN })).toBe(decision)
})

test('however much is told of a period, it is warned of at most once', () => {
  fc.assert(
    fc.property(fc.array(fc.record({ used: fc.nat(120), jitterMs: fc.integer({ min: -60_000, max: 60_000 }) })), (told) => {
      let warned: WindowSample | undefined
      let count = 0
      for (const { used, jitterMs } of told) {
        const latest = sample(0, used, RESET + jitterMs)
        if (decideWarning({ latest, warned, ...WARN }) !== 'warn') continue
        warned = latest
        count += 1
      }
      expect(count).toBe(told.some(({ used }) => used >= 80) ? 1 : 0)
    }),
  )
})
