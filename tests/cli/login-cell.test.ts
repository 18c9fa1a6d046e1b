import { expect, test } from 'vitest'
import { loginCell } from '../../src/cli/login-cell.js'

const NOW = Date.parse('2030-01-10T00:00:00Z')
const MINUTE = 60_000
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR
const inMs = (ms: number) => new Date(NOW + ms).toISOString()

test.each([
  ['nothing known', { loggedIn: null }, '-'],
  ['no login', { loggedIn: false, loginEndsAt: inMs(DAY) }, 'no'],
  ['an older daemon', { loggedIn: true }, 'yes'],
  ['no end known', { loggedIn: true, loginEndsAt: null }, 'yes'],
  ['a time that is none', { loggedIn: true, loginEndsAt: 'soon' }, 'yes'],
  ['weeks left', { loggedIn: true, loginEndsAt: inMs(20 * DAY) }, 'yes'],
  ['just over three days', { loggedIn: true, loginEndsAt: inMs(3 * DAY + 1) }, 'yes'],
  ['three days', { loggedIn: true, loginEndsAt: inMs(3 * DAY) }, 'expires in 3 d'],
  ['almost three days', { loggedIn: true, loginEndsAt: inMs(3 * DAY - 1) }, 'expires in 2 d'],
  ['hours', { loggedIn: true, loginEndsAt: inMs(5 * HOUR + MINUTE) }, 'expires in 5 h'],
  ['minutes', { loggedIn: true, loginEndsAt: inMs(5 * MINUTE) }, 'expires in 5 min'],
  ['seconds', { loggedIn: true, loginEndsAt: inMs(1) }, 'expires in less than a minute'],
  ['this moment', { loggedIn: true, loginEndsAt: inMs(0) }, 'expired'],
  ['long past', { loggedIn: true, loginEndsAt: inMs(-DAY) }, 'expired'],
] as const)('%s', (_, profile, expected) => {
  const cell = loginCell(profile, NOW)
  expect(typeof cell === 'string' ? cell : cell.text).toBe(expected)
})
