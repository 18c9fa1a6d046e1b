import { expect, it } from 'vitest'
import { OneTimeEvent } from '../../../src/platform/process/one-time-event.js'

it('is waited for without an end where the bound is longer than a timer can be', async () => {
  const event = new OneTimeEvent()
  const waits = [Number.POSITIVE_INFINITY, 1e12].map((boundMs) => event.within(boundMs))
  expect(await event.within(5)).toBe(false)
  event.raise()
  expect(await Promise.all(waits)).toEqual([true, true])
})
