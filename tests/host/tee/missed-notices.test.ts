import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { MissedNotices } from '../../../src/host/tee/missed-notices.js'

beforeEach(() => vi.useFakeTimers())
afterEach(() => vi.useRealTimers())

function notices() {
  const told: number[] = []
  return { told, notices: new MissedNotices((missed) => told.push(missed)) }
}

test('the first miss is told at once, those of the next second together', () => {
  const { told, notices: some } = notices()
  some.noted(0)
  some.noted(10)
  some.noted(20)
  some.noted(30)
  expect(told).toEqual([10])
  vi.advanceTimersByTime(1_000)
  expect(told).toEqual([10, 30])
  vi.advanceTimersByTime(10_000)
  expect(told).toEqual([10, 30])
  some.noted(40)
  expect(told).toEqual([10, 30, 40])
})

test('the final count is told at the end, and no timer is left', () => {
  const { told, notices: some } = notices()
  some.noted(10)
  some.noted(20)
  some.close()
  expect(told).toEqual([10, 20])
  expect(vi.getTimerCount()).toBe(0)
})

test('nothing is told when nothing was missed', () => {
  const { told, notices: some } = notices()
  some.noted(0)
  some.close()
  expect(told).toEqual([])
})
