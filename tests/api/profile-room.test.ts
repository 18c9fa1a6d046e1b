/** Which other profiles work may go on under, as far as anybody has told. */
import { expect, test } from 'vitest'
import { limitedUntil, profilesWithRoom } from '../../src/api/profile-room.js'
import { windowLengthMs } from '../../src/api/window-length.js'
import { after, NOW, profile, window5h } from '../cli/usage/profiles.js'

test('those with the most room come first; the full, the unknown, the removed and those of another agent not at all', () => {
  const all = [
    profile('work', { windows: [window5h(100, 2)] }),
    profile('busy', { windows: [window5h(10, 2), { ...window5h(90, 9), kind: '7d' }] }),
    profile('anew', { windows: [window5h(100, -1)] }),
    profile('free', { windows: [window5h(10, 2)] }),
    profile('full', { windows: [window5h(1, 2), { ...window5h(100, 9), kind: '7d' }] }),
    profile('silent'),
    profile('apart', { windows: [window5h(0, 2)], isolated: true }),
    profile('gone (removed)', { windows: [window5h(0, 2)], removed: true }),
    profile('other', { windows: [window5h(0, 2)], agent: 'codex' }),
  ]
  expect(profilesWithRoom(all, 'work', NOW)).toEqual([
    { profile: 'anew', usedPercent: null },
    { profile: 'free', usedPercent: 10 },
    { profile: 'busy', usedPercent: 90 },
  ])
  expect(profilesWithRoom(all, 'apart', NOW)).toEqual([])
  expect(profilesWithRoom(all, 'nobody', NOW)).toEqual([])
})

test('an account is limited until the last of its full windows begins anew', () => {
  const full7d = { ...window5h(100, 30), kind: '7d' }
  expect(limitedUntil({ windows: [window5h(100, 2), full7d] }, NOW)).toBe(after(30))
  expect(limitedUntil({ windows: [window5h(99.9, 2)] }, NOW)).toBeUndefined()
  expect(limitedUntil({ windows: [window5h(100, -1)] }, NOW)).toBeUndefined()
  expect(limitedUntil({ windows: [{ ...full7d, resetsAt: null }] }, NOW)).toBeNull()
})

test.each([
  ['5h', 18_000_000],
  ['7d', 604_800_000],
  ['30m', 1_800_000],
  ['weekly', undefined],
  ['0h', undefined],
  ['', undefined],
])('a window of %s', (kind, lengthMs) => {
  expect(windowLengthMs(kind)).toBe(lengthMs)
})
