/** What keys and news make of the dashboard, without a terminal or a daemon. */
import { describe, expect, test } from 'vitest'
import type { Session } from '../../../src/api/session.js'
import { listedSessions } from '../../../src/tui/model/listed-sessions.js'
import type { Effect } from '../../../src/tui/model/message.js'
import { selectedSession } from '../../../src/tui/model/selection.js'
import { type DashboardState, initialState } from '../../../src/tui/model/state.js'
import { update } from '../../../src/tui/model/update.js'
import { aSession } from '../../cli/a-session.js'
import { aDashboard, informed, keysOf, SESSIONS, typed } from '../a-dashboard.js'

const names = (state: DashboardState) => listedSessions(state).map(({ id }) => id)

/** What these keys want done, and the state after them. */
function effectsOf(state: DashboardState, keys: string): readonly Effect[] {
  let current = state
  return keysOf(keys).flatMap((key) => {
    const next = update(current, { type: 'key', key })
    current = next.state
    return next.effects
  })
}

describe('the list', () => {
  test('those that need somebody come first, the longest waiting at the top, then the newest, and ended ones last', () => {
    const state = informed(aDashboard(80, 24), {
      type: 'sessions',
      sessions: [aSession({ id: 'done', state: 'exited', endedAt: '2026-01-01T11:59:00.000Z' }), ...SESSIONS],
    })
    expect(names(state)).toEqual(['aaaa0004', 'aaaa0003', 'aaaa0002', 'aaaa0005', 'aaaa0001', 'done'])
  })

  test('the selection stays with its session wherever that moves to, and in its row when the session goes', () => {
    const selected = typed(aDashboard(80, 24), 'jj')
    expect(selectedSession(selected)?.id).toBe('aaaa0002')
    const newer = aSession({ id: 'newest', createdAt: '2026-01-01T11:59:59.000Z' })
    const moved = informed(selected, { type: 'sessions', sessions: [newer, ...SESSIONS] })
    expect(selectedSession(moved)?.id).toBe('aaaa0002')
    const gone = informed(moved, { type: 'sessions', sessions: [newer, ...SESSIONS.filter(({ id }) => id !== 'aaaa0002')] })
    expect(selectedSession(gone)?.id).toBe('aaaa0005')
    expect(selectedSession(informed(gone, { type: 'sessions', sessions: [] }))).toBeUndefined()
  })

  test('keys move as far as there are rows', () => {
    const state = aDashboard(80, 24)
    expect(selectedSession(typed(state, 'kkk'))?.id).toBe('aaaa0004')
    expect(selectedSession(typed(state, 'G'))?.id).toBe('aaaa0001')
    expect(selectedSession(typed(state, '\x1b[6~\x1b[6~'))?.id).toBe('aaaa0001')
    expect(selectedSession(typed(state, 'Gg\x1b[B'))?.id).toBe('aaaa0003')
    expect(selectedSession(typed(initialState({ cols: 80, rows: 24 }), 'jGkx'))).toBeUndefined()
  })

  test('the filter narrows as it is typed, stays with Enter, and goes with Escape', () => {
    const typing = typed(aDashboard(80, 24), '/fix')
    expect(names(typing)).toEqual(['aaaa0003'])
    expect(names(typed(typing, '\x7f\x7f\x7fcodex\r'))).toEqual(['aaaa0002'])
    const kept = typed(typing, '\r')
    expect(selectedSession(kept)?.id).toBe('aaaa0003')
    expect(names(typed(kept, '\x1b'))).toHaveLength(5)
    expect(names(typed(typing, '\x1b'))).toHaveLength(5)
  })
})

describe('what keys ask for', () => {
  test.each<[string, Effect[]]>([
    ['\r', [{ type: 'attach', session: 'aaaa0004', how: 'controller' }]],
    ['v', [{ type: 'attach', session: 'aaaa0004', how: 'viewer' }]],
    ['syes, go on\r', [{ type: 'send', session: 'aaaa0004', text: 'yes, go on' }]],
    ['s\r', [{ type: 'send', session: 'aaaa0004', text: '' }]],
    ['sno\x1b', []],
    ['sone two\x17three\r', [{ type: 'send', session: 'aaaa0004', text: 'one three' }]],
    ['s\x1b[200~two\r\nlines\n\x1b[201~\r', [{ type: 'send', session: 'aaaa0004', text: 'two lines' }]],
    ['r\x15better\r', [{ type: 'rename', session: 'aaaa0004', name: 'better' }]],
    ['r\x15 \r', []],
    ['xy', [{ type: 'kill', session: 'aaaa0004' }]],
    ['xn', []],
    ['x\r', []],
    ['x\x1b[200~y\x1b[201~', []],
    ['n\r', [{ type: 'start', profile: 'work' }]],
    ['n\x1b[D\r', [{ type: 'start', profile: 'default' }]],
    ['n\x1b[C\r', [{ type: 'start', profile: 'client-a' }]],
    ['n\x1b', []],
    ['a', [{ type: 'list', showsEnded: true }]],
    ['?q', []],
    ['q', [{ type: 'quit' }]],
    ['s\x03', [{ type: 'quit' }]],
    ['\x1a', [{ type: 'suspend' }]],
    // Pasted by mistake: nobody is killed for it.
    ['\x1b[200~xy q\x1b[201~', []],
  ])('%j', (keys, effects) => {
    expect(effectsOf(aDashboard(80, 24), keys)).toEqual(effects)
  })

  test('one that has ended is removed, not killed, and reads no line', () => {
    const done = aSession({ id: 'done', state: 'exited', endedAt: '2026-01-01T11:59:00.000Z' })
    const state = informed(aDashboard(80, 24), { type: 'sessions', sessions: [done] })
    expect(effectsOf(state, 'xy')).toEqual([{ type: 'remove', session: 'done' }])
    expect(effectsOf(state, 'shello\r')).not.toContainEqual(expect.objectContaining({ type: 'send' }))
    expect(typed(state, 's').notice).toMatchObject({ isProblem: true })
  })

  test('a session that somebody else has is taken over only after a yes', () => {
    const asked = informed(aDashboard(80, 24), { type: 'taken', session: 'aaaa0003' })
    expect(effectsOf(asked, 'n')).toEqual([])
    expect(effectsOf(asked, 'y')).toEqual([{ type: 'attach', session: 'aaaa0003', how: 'steal' }])
  })

  test('a session that was started from here is selected, whatever the filter says', () => {
    const state = informed(typed(aDashboard(80, 24), '/fix\r'), { type: 'started', session: aSession({ id: 'fresh' }) })
    expect(selectedSession(state)?.id).toBe('fresh')
    expect(state.filter).toBe('')
  })

  test('what was said stays until the next key', () => {
    const told = informed(aDashboard(80, 24), { type: 'notice', text: 'done', isProblem: false })
    expect(told.notice?.text).toBe('done')
    expect(typed(told, 'j').notice).toBeUndefined()
  })
})

test('what is known of sessions that are gone is forgotten', () => {
  const state = informed(aDashboard(80, 24), { type: 'sessions', sessions: SESSIONS.slice(0, 1) })
  expect([...state.lastLines.keys()]).toEqual(['aaaa0005'])
})

describe('the bell', () => {
  const running = aSession({ id: 'a', attention: 'working' })
  const asking = aSession({ id: 'a', attention: 'permission', attentionSince: '2026-01-01T11:00:00.000Z' })
  const again = aSession({ id: 'a', attention: 'permission', attentionSince: '2026-01-01T11:30:00.000Z' })
  const watched: Session = { ...asking, attachments: [{ id: 'x', mode: 'controller', since: '2026-01-01T11:00:00.000Z' }] }
  const heard = (...lists: readonly (readonly Session[])[]) => {
    let state = initialState({ cols: 80, rows: 24 })
    return lists.map((sessions) => {
      const updated = update(state, { type: 'sessions', sessions })
      state = updated.state
      return updated.effects.length > 0
    })
  }

  test('rings when a session begins to need somebody, and once for each time', () => {
    expect(heard([running], [asking], [asking], [running], [again])).toEqual([false, true, false, false, true])
    expect(heard([asking], [again])).toEqual([false, true])
  })

  test('is silent for what was there before the dashboard, and for what somebody sees', () => {
    expect(heard([asking], [asking])).toEqual([false, false])
    expect(heard([running], [watched])).toEqual([false, false])
  })
})
