/** Days of a time zone. */
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { daysIn, dayText } from '../../../src/daemon/usage/days.js'
import { SLOT_MS, slotOf } from '../../../src/daemon/usage/roll-up.js'

const FROM = Date.UTC(1990, 0)
const TO = Date.UTC(2040, 0)

test.each([
  'UTC',
  'Europe/Berlin',
  'America/St_Johns',
  'Asia/Kathmandu',
  'Pacific/Apia',
  'Australia/Lord_Howe',
  'Africa/Casablanca',
])('a moment lies in the day that the calendar of %s shows', (zone) => {
  const stretches = daysIn(zone)(FROM, TO)
  for (const [index, { from }] of stretches.entries()) if (index > 0) expect(stretches[index - 1]?.to).toBe(from)
  expect([stretches[0]?.from, stretches.at(-1)?.to]).toEqual([FROM, TO + SLOT_MS])
  const calendar = new Intl.DateTimeFormat('sv', { timeZone: zone, year: 'numeric', month: '2-digit', day: '2-digit' })
  // Around the changes of 2026, and anywhere.
  const moment = fc.oneof(
    fc.integer({ min: Date.UTC(2026, 2, 28), max: Date.UTC(2026, 2, 30) }),
    fc.integer({ min: Date.UTC(2026, 9, 24), max: Date.UTC(2026, 9, 26) }),
    fc.integer({ min: FROM, max: TO }),
  )
  fc.assert(
    fc.property(moment, (ms) => {
      const stretch = stretches.find(({ from, to }) => from <= ms && ms < to)
      expect(dayText(slotOf(ms) + (stretch?.offsetMs ?? Number.NaN))).toBe(calendar.format(slotOf(ms)))
    }),
  )
})

test('a single quarter of an hour is a stretch', () => {
  expect(daysIn('UTC')(0, 0)).toEqual([{ from: 0, to: SLOT_MS, offsetMs: 0 }])
})

test('a zone that does not exist is refused', () => {
  expect(() => daysIn('Europe/Nowhere')).toThrow(expect.objectContaining({ code: 'bad-request' }))
})
