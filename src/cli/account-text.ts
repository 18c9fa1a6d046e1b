/** The account of a profile in words. Pure. */
import type { Profile } from '../api/profile.js'
import type { Cell } from './result.js'

/** `ada@example.test (max)`; `-` where nothing tells; marked where another one was expected. */
export function accountCell({ account, accountWas }: Pick<Profile, 'account' | 'accountWas'>): Cell {
  if (!account) return '-'
  const name = account.email ?? account.organization ?? '-'
  const text = account.plan === null ? name : `${name} (${account.plan})`
  return accountWas ? { text: `${text}, was ${accountWas}`, tone: 'bad' } : text
}
