import fc from 'fast-check'
import * as v from 'valibot'
import { expect, test } from 'vitest'
import { claudeSignals } from '../../../src/agents/claude-signals.js'
import { RateWindow } from '../../../src/api/signal.js'
import { windowsIn } from '../../../src/host/signals/told-windows.js'
import { WindowSamples } from '../../../src/host/signals/window-samples.js'

const facts = claudeSignals.settings?.statusLine
if (facts === undefined) throw new Error('the agent of this test has a status line')
const plan = { ...facts, windows: [...facts.windows], answers: [...facts.answers] }

const DOCUMENT = {
  cost: { total_api_duration_ms: 128 },
  rate_limits: {
    five_hour: { used_percentage: 25, resets_at: 1_795_865_161 },
    seven_day: { used_percentage: 50.5, resets_at: 1_796_199_961 },
  },
}
const TOLD = {
  windows: [
    { kind: '5h', usedPercent: 25, resetsAt: 1_795_865_161_000 },
    { kind: '7d', usedPercent: 50.5, resetsAt: 1_796_199_961_000 },
  ],
  answers: 128,
}

test('the windows of a status line, by the names that they have here', () => {
  expect(windowsIn(DOCUMENT, plan)).toEqual(TOLD)
})

test('a window of a later version is shown under its own name, one without a reset all the same', () => {
  const document = { rate_limits: { ten_year: { used_percentage: 1 } } }
  expect(windowsIn(document, plan)).toEqual({ windows: [{ kind: 'ten_year', usedPercent: 1, resetsAt: null }], answers: null })
})

test.each([
  [300, '5h'],
  [10_080, '7d'],
  [45, '45m'],
  [1_440, '1d'],
  [0, 'primary'],
  [-300, 'primary'],
  [1.5, 'primary'],
  [Number.MAX_SAFE_INTEGER, 'primary'],
])('a window of %d minutes is called %s', (window_minutes, kind) => {
  const document = { rate_limits: { primary: { used_percentage: 1, window_minutes } } }
  expect(windowsIn(document, { ...plan, minutes: 'window_minutes' })).toMatchObject({ windows: [{ kind }] })
})

test.each([
  ['an account without allowances', { cost: {} }],
  ['nothing at all', undefined],
  ['a list', []],
  ['windows that are none', { rate_limits: { five_hour: 7, seven_day: { used_percentage: -1 } } }],
])('%s tells of no window', (_, document) => {
  expect(windowsIn(document, plan)).toBeUndefined()
})

test('whatever a status line is given, what is made of it can be written down', () => {
  const window = fc.record({ used_percentage: fc.anything(), resets_at: fc.oneof(fc.double(), fc.anything()) })
  const document = fc.oneof(
    fc.anything(),
    fc.record({ rate_limits: fc.dictionary(fc.string(), fc.oneof(window, fc.anything())) }),
  )
  fc.assert(
    fc.property(document, (some) => {
      for (const told of windowsIn(some, plan)?.windows ?? [])
        expect(v.is(RateWindow, JSON.parse(JSON.stringify(told)))).toBe(true)
    }),
  )
})

test('a sample is news when it is the first, when a number differs, and once a minute when an answer has confirmed it', () => {
  const samples = new WindowSamples()
  expect(samples.isNews(TOLD, 0)).toBe(true)
  samples.wrote(TOLD, 0)
  // The same document once more, however much later: nobody has asked the vendor since.
  expect(samples.isNews(TOLD, 3_600_000)).toBe(false)
  expect(samples.isNews({ ...TOLD, answers: 129 }, 59_999)).toBe(false)
  expect(samples.isNews({ ...TOLD, answers: 129 }, 60_000)).toBe(true)
  expect(samples.isNews({ ...TOLD, windows: TOLD.windows.slice(0, 1) }, 1)).toBe(true)
})
