import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { ClockJumps } from '../../../src/runtime/live/clock-jumps.js'
import { GatherWindow } from '../../../src/runtime/live/gather-window.js'
import { Marks } from '../../../src/runtime/live/marks.js'
import { PartStates } from '../../../src/runtime/live/part-states.js'
import { TimedMarks } from '../../../src/runtime/live/timed-marks.js'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

describe('a gather window', () => {
  test('begins with the first of a burst, also when the burst does not end (failure 20)', async () => {
    const times: number[] = []
    const window = new GatherWindow(20, async () => void times.push(performance.now()))
    const from = performance.now()
    for (let ms = 0; ms < 100; ms += 5) {
      window.open()
      await vi.advanceTimersByTimeAsync(5)
    }
    expect(times.map((time) => time - from)).toEqual([20, 40, 60, 80, 100])
    window.close()
  })

  test('never works twice at once, and what comes meanwhile is worked on after it', async () => {
    let running = 0
    let most = 0
    let runs = 0
    const window = new GatherWindow(20, async () => {
      runs += 1
      running += 1
      most = Math.max(most, running)
      await new Promise((resolve) => setTimeout(resolve, 50))
      running -= 1
    })
    window.open()
    await vi.advanceTimersByTimeAsync(30)
    window.open()
    window.open()
    await vi.advanceTimersByTimeAsync(200)
    expect({ runs, most }).toEqual({ runs: 2, most: 1 })
    window.close()
    window.open()
    await vi.advanceTimersByTimeAsync(200)
    expect(runs).toBe(2)
  })
})

describe('marks for later', () => {
  test('come once, at the earliest time that was asked for', async () => {
    const due: string[] = []
    const timed = new TimedMarks((mark) => due.push(mark.kind))
    timed.add({ kind: 'login' }, 100)
    timed.add({ kind: 'login' }, 50)
    timed.add({ kind: 'login' }, 500)
    timed.add({ kind: 'document', name: 'a' }, 60)
    await vi.advanceTimersByTimeAsync(55)
    expect(due).toEqual(['login'])
    await vi.advanceTimersByTimeAsync(1_000)
    expect(due).toEqual(['login', 'document'])
    timed.add({ kind: 'login' }, 10)
    timed.close()
    await vi.advanceTimersByTimeAsync(100)
    expect(due).toHaveLength(2)
  })
})

describe('marks', () => {
  test('are taken off once, and everything covers what is marked beside it', () => {
    const marks = new Marks()
    marks.add({ kind: 'document', name: 'a' })
    marks.add({ kind: 'entry', name: 'b' })
    expect([marks.hasLogin, marks.hasTop, marks.hasFolders]).toEqual([false, true, false])
    expect(marks.takeTop()).toEqual({ documents: new Set(['a']), entries: new Set(['b']) })
    expect(marks.hasTop).toBe(false)
    marks.add({ kind: 'everything' })
    marks.add({ kind: 'document', name: 'a' })
    marks.add({ kind: 'folder', path: 'projects/x' })
    expect([marks.hasLogin, marks.hasTop, marks.hasFolders]).toEqual([true, true, true])
    expect(marks.takeTop()).toEqual({ documents: 'all', entries: 'all' })
    expect(marks.takeFolders()).toBe('all')
    expect([marks.takeLogin(), marks.takeLogin()]).toEqual([true, false])
  })
})

describe('the state of a part', () => {
  test('says since when it is so, and tells of each trouble once', async () => {
    const troubles: string[] = []
    const states = new PartStates((name, why) => troubles.push(`${name}: ${why}`))
    const since = () => states.all[0]?.since
    states.set('tree', { state: 'blocked', why: 'no space' })
    const first = since()
    await vi.advanceTimersByTimeAsync(1_000)
    states.set('tree', { state: 'blocked', why: 'no space' })
    expect(since()).toBe(first)
    states.set('tree', { state: 'in-step' })
    expect(since()).not.toBe(first)
    states.set('tree', { state: 'blocked', why: 'no space' })
    states.set('tree', { state: 'waiting', why: 'busy', againInMs: 5 })
    states.set('tree', { state: 'blocked', why: 'another' })
    expect(troubles).toEqual(['tree: no space', 'tree: no space', 'tree: another'])
  })
})

describe('a jump of the clock', () => {
  test('is told once, in either direction; the passing of time is none', () => {
    const clock = new ClockJumps()
    vi.advanceTimersByTime(60_000)
    expect(clock.haveHappened()).toBe(false)
    for (const byMs of [3_600_000, -7_200_000]) {
      vi.setSystemTime(Date.now() + byMs)
      expect([clock.haveHappened(), clock.haveHappened()]).toEqual([true, false])
    }
    vi.setSystemTime(Date.now() + 500)
    expect(clock.haveHappened()).toBe(false)
  })
})
