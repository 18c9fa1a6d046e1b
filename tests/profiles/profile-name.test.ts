import { expect, test } from 'vitest'
import { checkNewProfileName, checkProfileName, PROFILE_NAME_LIMIT } from '../../src/profiles/profile-name.js'

test.each(['work', 'client-a', 'a', '1st', 'me@example.org', 'A.b_c+d', 'x'.repeat(PROFILE_NAME_LIMIT)])(
  '%s is a name',
  (name) => {
    expect(() => checkNewProfileName(name)).not.toThrow()
  },
)

test.each([
  '',
  '../x',
  'a/b',
  'a\\b',
  '.',
  '..',
  '.hidden',
  '-rf',
  'a b',
  'tab\t',
  'bell\x07',
  'nul\0',
  'ünïcode',
  'dot.',
  'con',
  'NUL.txt',
  'com1',
  'x'.repeat(300),
])('%j is none', (name) => {
  expect(() => checkProfileName(name)).toThrowError(expect.objectContaining({ code: 'bad-name' }))
})

test('`default` is a profile, but not a new one', () => {
  expect(() => checkProfileName('default')).not.toThrow()
  for (const name of ['default', 'Default'])
    expect(() => checkNewProfileName(name)).toThrowError(expect.objectContaining({ code: 'bad-name' }))
})

test('a message about a name is short and inert', () => {
  const message = (name: string) => {
    try {
      checkProfileName(name)
      return ''
    } catch (error) {
      return (error as Error).message
    }
  }
  expect(message('\x1b[2J')).not.toContain('\x1b')
  expect(message('x'.repeat(300)).length).toBeLessThan(140)
})
