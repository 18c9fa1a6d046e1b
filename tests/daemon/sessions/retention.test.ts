import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { pastRetention } from '../../../src/daemon/sessions/retention.js'

const NOW_MS = Date.parse('2026-06-15T00:00:00.000Z')
const DAY_MS = 24 * 60 * 60 * 1000

function ended(id: string, daysAgo: number) {
  return { id, endedAt: new Date(NOW_MS - daysAgo * DAY_MS).toISOString() }
}

describe('ended sessions are past keeping', () => {
  test('when they are older than the days', () => {
    const sessions = [ended('new', 1), ended('old', 7.1), ended('edge', 6.9)]
    expect(pastRetention(sessions, { retentionDays: 7, retentionCount: 200 }, NOW_MS)).toEqual(['old'])
  })

  test('when there are more than the count: the oldest, first', () => {
    const sessions = [ended('b', 2), ended('d', 0.5), ended('a', 3), ended('c', 1)]
    expect(pastRetention(sessions, { retentionDays: 7, retentionCount: 2 }, NOW_MS)).toEqual(['a', 'b'])
  })

  test('all of them with a count of nothing, none of them with room for all', () => {
    const sessions = [ended('a', 1), ended('b', 2)]
    expect(pastRetention(sessions, { retentionDays: 7, retentionCount: 0 }, NOW_MS)).toEqual(['b', 'a'])
    expect(pastRetention(sessions, { retentionDays: 7, retentionCount: 2 }, NOW_MS)).toEqual([])
  })

  test('what is kept is never older than what goes, and never more than the count', () => {
    const ages = fc.uniqueArray(fc.double({ min: 0, max: 30, noNaN: true }), { maxLength: 30 })
    fc.assert(
      fc.property(ages, fc.nat(10), fc.nat(20), (daysAgo, retentionDays, retentionCount) => {
        const sessions = daysAgo.map((days, index) => ended(String(index), days))
        const gone = new Set(pastRetention(sessions, { retentionDays, retentionCount }, NOW_MS))
        const kept = sessions.filter(({ id }) => !gone.has(id))
        expect(kept.length).toBeLessThanOrEqual(retentionCount)
        for (const { endedAt } of kept) {
          for (const { id, endedAt: goneAt } of sessions) if (gone.has(id)) expect(goneAt <= endedAt).toBe(true)
        }
      }),
    )
  })
})
