import { expect, test } from 'vitest'
import { InventedAccounts } from './invented-accounts.js'

test('a refresh token is good once', () => {
  const accounts = new InventedAccounts()
  const login = accounts.logIn('a@example.test', 'expired')

  const first = accounts.refresh(login.refreshToken)
  const second = accounts.refresh(login.refreshToken)

  expect(first).toMatchObject({ email: 'a@example.test' })
  expect(second).toBeUndefined()
  expect(accounts.refreshes).toEqual([
    { email: 'a@example.test', outcome: 'granted' },
    { email: 'a@example.test', outcome: 'reused' },
  ])
})

test('of all tokens of a login only the latest is current', () => {
  const accounts = new InventedAccounts()
  const login = accounts.logIn('a@example.test', 'fresh')
  expect(accounts.isCurrent(login)).toBe(true)

  const granted = accounts.refresh(login.refreshToken)

  expect(accounts.isCurrent(login)).toBe(false)
  expect(granted && accounts.isCurrent(granted)).toBe(true)
})

test('an access token names its account, and an expired one names nobody', () => {
  const accounts = new InventedAccounts()
  const fresh = accounts.logIn('a@example.test', 'fresh')
  const expired = accounts.logIn('b@example.test', 'expired')

  expect(accounts.emailOf(fresh.accessToken)).toBe('a@example.test')
  expect(accounts.emailOf(expired.accessToken)).toBeUndefined()
  expect(expired.expiresAt).toBeLessThan(Date.now())
})
