/** From signals to sums: once each, however they come. */
import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { SignalRecord } from '../../../src/api/signal.js'
import { added, dollars, NOTHING, type RolledUp, rollUp, SLOT_MS, type Sums } from '../../../src/daemon/usage/roll-up.js'
import type { NewSignal } from '../../../src/host/signals/signal-file.js'
import { request, windows } from './signals.js'
import { numbered } from './store.js'

const NOW = Date.UTC(2026, 10, 28, 12)

/** What is told again is told the same: everything follows from the key. */
const signal = fc.oneof(
  fc.nat(12).map((key): NewSignal => {
    const at = NOW - key * 7 * SLOT_MS
    return request(`k${key}`, {
      at,
      model: key % 3 === 0 ? 'a' : 'b',
      input: key * 1001,
      costUsd: key % 4 === 0 ? null : key / 7,
    })
  }),
  fc
    .nat(12)
    .map((key): NewSignal => ({ kind: 'error', key: `e${key}`, at: NOW - key, conversation: null, model: null, status: '429' })),
  fc.nat(100).map((used) => windows(NOW - used, [{ kind: '5h', usedPercent: used, resetsAt: null }])),
)

function sumOf(rolled: readonly RolledUp[]): Sums {
  return rolled.flatMap(({ slots }) => slots).reduce((sum: Sums, slot) => added(sum, slot), NOTHING)
}

/** As a store does: what was seen stays seen. */
function inBatches(records: readonly SignalRecord[], sizes: readonly number[]): readonly RolledUp[] {
  const seen = new Set<string>()
  const rolled: RolledUp[] = []
  let from = 0
  let after = 0
  for (const size of [...sizes, records.length]) {
    // From further back than was taken over, as after a death.
    const batch = records.slice(Math.max(0, from - 3), from + size)
    const one = rollUp(batch, { after, isSeen: (key) => seen.has(key), nowMs: NOW })
    for (const { key } of one.keys) seen.add(key)
    after = one.last
    from += size
    rolled.push(one)
  }
  return rolled
}

test('however the signals are divided, each key counts once and the sums are the same', () => {
  fc.assert(
    fc.property(
      fc.array(signal, { maxLength: 60 }),
      fc.array(fc.integer({ min: 1, max: 9 }), { maxLength: 12 }),
      (signals, sizes) => {
        const records = numbered(signals)
        const whole = rollUp(records, { after: 0, isSeen: () => false, nowMs: NOW })
        const rolled = inBatches(records, sizes)
        expect(sumOf(rolled)).toEqual(sumOf([whole]))
        const keys = new Set(signals.flatMap((one) => (one.kind === 'windows' ? [] : [one.key])))
        const { requests, errors } = sumOf(rolled)
        expect(requests + errors).toBe(keys.size)
        expect(rolled.at(-1)?.last).toBe(records.length)
        expect(rolled.flatMap((one) => one.windows)).toHaveLength(signals.filter(({ kind }) => kind === 'windows').length)
      },
    ),
  )
})

test('costs are summed to the cent and beyond, in any order', () => {
  fc.assert(
    fc.property(fc.array(fc.nat(10_000_000), { minLength: 1, maxLength: 50 }), (micros) => {
      const records = numbered(micros.map((micro, index) => request(`k${index}`, { at: NOW, costUsd: micro / 1e6 })))
      const { costNanoUsd } = sumOf([rollUp(records, { after: 0, isSeen: () => false, nowMs: NOW })])
      expect(dollars(costNanoUsd)).toBe(micros.reduce((sum, micro) => sum + micro, 0) / 1e6)
    }),
  )
})

test('numbers that are missing are counted as missed, and a moment to come is now', () => {
  const [first, second] = numbered([request('a', { at: NOW + 9e9 }), request('b', { at: -5 })])
  if (first === undefined || second === undefined) throw new Error('two were made')
  const rolled = rollUp(
    [
      { ...first, n: 4 },
      { ...second, n: 6 },
    ],
    { after: 1, isSeen: () => false, nowMs: NOW },
  )
  expect(rolled).toMatchObject({ last: 6, missed: 3, slots: [{ lastAt: NOW }, { lastAt: 0, slot: 0 }] })
})
