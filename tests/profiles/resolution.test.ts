import { expect, test } from 'vitest'
import { resolveProfile } from '../../src/profiles/resolution.js'

const folderRules = { '/src': 'outer', '/src/client': 'client', '/other': 'other' }

test.each([
  ['the flag', { asked: 'flag', fromEnvironment: 'env', cwd: '/src', folderRules }, 'flag', 'flag'],
  ['the environment', { asked: null, fromEnvironment: 'env', cwd: '/src', folderRules }, 'env', 'env'],
  [
    'the rule of the folder itself',
    { asked: null, fromEnvironment: undefined, cwd: '/src/client', folderRules },
    'client',
    'map',
  ],
  [
    'the rule of the nearest ancestor',
    { asked: null, fromEnvironment: undefined, cwd: '/src/client/a/b', folderRules },
    'client',
    'map',
  ],
  [
    'no rule for a name that only begins alike',
    { asked: null, fromEnvironment: undefined, cwd: '/src-old', folderRules },
    'default',
    'default',
  ],
  ['an empty variable counts as unset', { asked: null, fromEnvironment: '', cwd: '/', folderRules }, 'default', 'default'],
  ['the chosen default', { asked: null, fromEnvironment: undefined, cwd: '/', chosenDefault: 'work' }, 'work', 'default'],
  ['a folder named like a property', { asked: null, fromEnvironment: undefined, cwd: '/constructor' }, 'default', 'default'],
] as const)('%s', (_, request, profile, reason) => {
  expect(resolveProfile(request)).toMatchObject({ profile, reason })
})

test('tells what was considered, in order, and which one was used', () => {
  expect(resolveProfile({ asked: null, fromEnvironment: 'work', cwd: '/src', folderRules }).considered).toEqual([
    { rule: 'flag', value: null, used: false },
    { rule: 'env', value: 'work', used: true },
    { rule: 'map', value: 'outer', used: false, folder: '/src', outer: [] },
    { rule: 'default', value: 'default', used: false },
  ])
})
