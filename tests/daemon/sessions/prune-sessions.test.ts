/** Which sessions pruning removes, and that one which cannot be removed stops no other. */
import { describe, expect, test } from 'vitest'
import type { PruneRequest } from '../../../src/api/control.js'
import type { ExitRecord, SessionRecord } from '../../../src/api/session-record.js'
import { type PrunableSession, pruneSessions } from '../../../src/daemon/sessions/prune-sessions.js'

const NOW = Date.parse('2026-03-01T00:00:00.000Z')
const HOUR_MS = 3_600_000

interface InventedSession extends PrunableSession {
  exit: ExitRecord | null
}

function exitAgo(ageMs: number): ExitRecord {
  const exit = { code: 0, signal: null, outcome: 'exited' as const, signalsSent: [] }
  return { schema: 1, endedAt: new Date(NOW - ageMs).toISOString(), exit, streams: {} }
}

function session(
  id: string,
  parts: { live?: boolean; ageMs?: number; record?: Partial<SessionRecord> | null } = {},
): InventedSession {
  const { live = false, ageMs = 0, record = {} } = parts
  const whole = record && ({ originator: null, profile: 'work', labels: {}, ...record } as SessionRecord)
  return { id, live, exit: live ? null : exitAgo(ageMs), record: whole ?? undefined, refresh: () => {} }
}

async function pruned(sessions: readonly InventedSession[], request: PruneRequest) {
  const settled: string[] = []
  const outcome = await pruneSessions(
    {
      registry: { all: () => sessions },
      settle: async (one) => {
        settled.push(one.id)
        one.exit ??= exitAgo(0)
      },
      remove: ({ id }) => {
        if (id === 'stuck') throw Object.assign(new Error('EBUSY: resource busy'), { code: 'EBUSY' })
      },
    },
    request,
    NOW,
  )
  return { ...outcome, settled }
}

describe('pruning', () => {
  const ofCi = session('ci', { ageMs: 5 * HOUR_MS, record: { originator: 'ci', labels: { a: '1', b: '2' } } })
  const old = session('old', { ageMs: 5 * HOUR_MS })
  const fresh = session('fresh', { ageMs: HOUR_MS, record: { profile: 'home' } })
  const live = session('live', { live: true, record: { originator: 'ci' } })
  const corrupt = session('corrupt', { ageMs: 5 * HOUR_MS, record: null })
  const all = [ofCi, old, fresh, live, corrupt]

  test.each<[string, PruneRequest, readonly string[]]>([
    ['everything that has ended', {}, ['ci', 'old', 'fresh', 'corrupt']],
    ['what ended so long ago, to the millisecond', { olderMs: 5 * HOUR_MS }, ['ci', 'old', 'corrupt']],
    ['what is older than anything', { olderMs: 6 * HOUR_MS }, []],
    ['an originator', { originator: 'ci' }, ['ci']],
    ['a profile', { profile: 'home' }, ['fresh']],
    ['labels, which all must fit', { labels: { a: '1', b: '2' } }, ['ci']],
    ['labels of which one does not', { labels: { a: '1', b: '3' } }, []],
    ['a label called like something else', { labels: { constructor: 'x' } }, []],
    ['all of it together', { olderMs: HOUR_MS, originator: 'ci', profile: 'work', labels: { a: '1' } }, ['ci']],
  ])('%s', async (_, request, removed) => expect((await pruned(all, request)).removed).toEqual(removed))

  test('settles what it removes and nothing else', async () => {
    expect((await pruned(all, { profile: 'home' })).settled).toEqual(['fresh'])
  })

  test('goes on after one that cannot be removed, and says which', async () => {
    const { removed, problems } = await pruned([session('stuck'), session('next')], {})
    expect(removed).toEqual(['next'])
    expect(problems).toMatchObject([{ code: 'not-writable', message: 'session stuck was not removed: EBUSY: resource busy' }])
  })
})
