/** The screen as a person reads it, at the sizes that it has to fit, and the properties that hold at any. */
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { initialState } from '../../../src/tui/model/state.js'
import { lineWidth } from '../../../src/tui/paint/line.js'
import { view } from '../../../src/tui/view/view.js'
import { aSession } from '../../cli/a-session.js'
import { aDashboard, informed, NOW_MS, textOf, typed, USAGE } from '../a-dashboard.js'

describe('the screen', () => {
  test.each([
    [60, 15],
    [80, 24],
    [160, 50],
    [40, 8],
  ])('%ix%i', (cols, rows) => {
    expect(`\n${textOf(aDashboard(cols, rows)).join('\n')}\n`).toMatchSnapshot()
  })

  test('help', () => {
    expect(`\n${textOf(typed(aDashboard(60, 15), '?')).join('\n')}\n`).toMatchSnapshot()
  })

  test('without a session it says how to start one', () => {
    const empty = informed(aDashboard(60, 15), { type: 'sessions', sessions: [] })
    expect(`\n${textOf(empty).join('\n')}\n`).toMatchSnapshot()
  })

  test.each([
    ['x', 'kill review? (y/n)'],
    ['shello', 'send to review: hello'],
    ['n', 'start with  client-a  default  work'],
    ['/fix', '/fix'],
    ['r', 'rename review to: review'],
  ])('asks at the bottom after %j', (keys, asked) => {
    expect(textOf(typed(aDashboard(80, 24), keys)).at(-2)).toBe(asked)
  })

  test('the cursor stands where somebody types, also when the line is longer than the screen', () => {
    const { frame } = view(typed(aDashboard(60, 15), `s${'long '.repeat(30)}\u4e86`), { nowMs: NOW_MS })
    expect(frame.cursor).toEqual({ row: 13, column: lineWidth(frame.lines[13] ?? []) })
    expect(view(aDashboard(60, 15), { nowMs: NOW_MS }).frame.cursor).toBeUndefined()
  })

  test('says so when the daemon is gone', () => {
    const text = (connection: 'lost' | 'stopped') =>
      textOf(informed(aDashboard(80, 24), { type: 'connection', connection })).at(-2)
    expect(text('lost')).toContain('the daemon cannot be reached')
    expect(text('stopped')).toContain('the daemon was stopped')
  })

  test('a session at its limit has the way out at the bottom', () => {
    const atLimit = aSession({ id: 'a1', name: 'build', profile: 'work', attention: 'limit' })
    const full = {
      ...USAGE.profiles[0],
      windows: [{ kind: '5h', usedPercent: 100, resetsAt: inMinutes(90.5), sampledAt: inMinutes(-3) }],
    }
    const other = { ...USAGE.profiles[0], name: 'home' }
    const state = informed(aDashboard(160, 24), { type: 'sessions', sessions: [atLimit] })
    const told = (profiles: readonly object[]) =>
      textOf(informed(state, { type: 'usage', usage: { ...USAGE, profiles: profiles as never } })).at(-2)

    expect(told([full, other])).toBe(
      'a1 (build)  its account has room again in 1h30m; home has room: perch resume build --end --profile home',
    )
    expect(told([])).toBe('a1 (build)  when its account has room again is not told')
  })

  test('on a terminal that is too small it is one plain sentence', () => {
    expect(textOf(aDashboard(20, 5))).toEqual(['perch top needs 40x8', 'or more', '', '', ''])
    expect(textOf(aDashboard(1, 1))).toHaveLength(1)
  })

  test('a selection far down is in sight', () => {
    const sessions = Array.from({ length: 100 }, (_, at) => aSession({ id: `s${String(at).padStart(3, '0')}` }))
    const state = informed(aDashboard(60, 15), { type: 'sessions', sessions })
    expect(textOf(typed(state, 'G')).join('\n')).toContain('s099')
    expect(textOf(typed(state, 'Gg')).join('\n')).toContain('s000')
  })
})

test('every frame has a line for each row and none is wider than the terminal, whatever was typed on whatever size', () => {
  const keys = fc.constantFrom('j', 'G', '?', '/', 'abc', '\u4e86', 's', 'x', 'n', '\x1b', 'r', 'p', 'a')
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 170 }),
      fc.integer({ min: 1, max: 60 }),
      fc.array(keys, { maxLength: 6 }),
      (cols, rows, given) => {
        const state = given.reduce(typed, aDashboard(cols, rows))
        const { frame } = view(state, { nowMs: NOW_MS })
        expect(frame.lines).toHaveLength(rows)
        for (const line of frame.lines) expect(lineWidth(line)).toBeLessThanOrEqual(cols)
        expect(frame.cursor?.column ?? 0).toBeLessThanOrEqual(cols - 1)
      },
    ),
    { numRuns: 300 },
  )
})

describe('time', () => {
  test('nothing is painted before the next moment at which something reads otherwise, and then it does', () => {
    const state = aDashboard(160, 50)
    const { nextChangeMs } = view(state, { nowMs: NOW_MS })
    expect(nextChangeMs - NOW_MS).toBe(30_000)
    expect(textOf(state, nextChangeMs - 1)).toEqual(textOf(state))
    expect(textOf(state, nextChangeMs)).not.toEqual(textOf(state))
  })

  test('where no time is shown there is no such moment', () => {
    expect(view(initialState({ cols: 80, rows: 24 }), { nowMs: NOW_MS }).nextChangeMs).toBe(Number.POSITIVE_INFINITY)
  })
})

function inMinutes(minutes: number): string {
  return new Date(NOW_MS + minutes * 60_000).toISOString()
}
