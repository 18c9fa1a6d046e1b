import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { PacedCalls } from '../../../src/tui/sources/paced-calls.js'

beforeEach(() => {
  vi.useFakeTimers()
})

afterEach(() => {
  vi.useRealTimers()
})

test('asked at once, then once more after the pause however often it was wanted, and then not at all', async () => {
  let asked = 0
  const calls = new PacedCalls({
    ask: async () => {
      asked += 1
    },
    pauseMs: () => 100,
  })
  calls.want()
  expect(asked).toBe(1)
  await vi.advanceTimersByTimeAsync(10)
  for (let times = 0; times < 5; times++) calls.want()
  expect(asked).toBe(1)
  await vi.advanceTimersByTimeAsync(100)
  expect(asked).toBe(2)
  expect(vi.getTimerCount()).toBe(0)
  await vi.advanceTimersByTimeAsync(10_000)
  expect(asked).toBe(2)
})

test('never twice at a time, and not after it was closed', async () => {
  let finish: () => void = () => undefined
  let asked = 0
  const calls = new PacedCalls({
    ask: () => {
      asked += 1
      return new Promise<void>((resolve) => {
        finish = resolve
      })
    },
    pauseMs: () => 100,
  })
  calls.want()
  calls.want()
  expect(asked).toBe(1)
  finish()
  await vi.advanceTimersByTimeAsync(100)
  expect(asked).toBe(2)
  calls.want()
  calls.close()
  finish()
  await vi.advanceTimersByTimeAsync(1_000)
  expect(asked).toBe(2)
})
