import { expect, test } from 'vitest'
import { meantConflicts } from '../../src/cli/meant-conflicts.js'

test.each([
  [[], { profile: undefined, ids: [] }],
  [['work'], { profile: 'work', ids: [] }],
  [['work', 'ab'], { profile: 'work', ids: ['ab'] }],
  [['abc123'], { profile: undefined, ids: ['abc123'] }],
  [['0', 'ff'], { profile: undefined, ids: ['0', 'ff'] }],
  // There is a profile of this name, though it could begin an id.
  [['beef'], { profile: 'beef', ids: [] }],
  [['beef', 'beef01'], { profile: 'beef', ids: ['beef01'] }],
  // Neither: the daemon says which profiles there are.
  [['wrok'], { profile: 'wrok', ids: [] }],
  [['abc1234'], { profile: 'abc1234', ids: [] }],
])('%j', (words, meant) => {
  expect(meantConflicts(words, ['default', 'work', 'beef'])).toEqual(meant)
})
