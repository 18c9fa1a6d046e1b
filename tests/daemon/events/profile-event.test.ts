import { expect, test } from 'vitest'
import { profileEvent } from '../../../src/daemon/events/profile-event.js'
import type { JournalLine } from '../../../src/runtime/journal.js'

const at = '2026-01-01T00:00:00.000Z'

test.each([
  ['conflict', 'sync-conflict'],
  ['not-followed', 'sync-restored'],
  ['logged-out', 'logged-out'],
] as const)('%s in the journal of a profile is the event %s', (what, type) => {
  expect(profileEvent('work', { what, name: '.claude.json', why: 'so' }, at)).toEqual({
    at,
    type,
    session: null,
    name: null,
    profile: 'work',
    entry: '.claude.json',
    problem: 'so',
  })
})

test.each(['merged', 'adopted', 'login-adopted', 'lease-dropped', 'renamed'] as const)('%s concerns nobody else', (what) => {
  const line: JournalLine = { what, name: 'x' }
  expect(profileEvent('work', line, at)).toBeNull()
})
