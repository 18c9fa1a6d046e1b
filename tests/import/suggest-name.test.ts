import fc from 'fast-check'
import { expect, test } from 'vitest'
import { claude } from '../../src/agents/claude.js'
import type { SourceName } from '../../src/import/found-account.js'
import { suggestName } from '../../src/import/suggest-name.js'
import { checkNewProfileName } from '../../src/profiles/profile-name.js'

const nameFor = (label: string, taken: readonly string[] = [], source: SourceName = 'clauth') =>
  suggestName({ source, label, agent: claude }, taken)

test.each([
  ['work', 'work'],
  ['me@example.test', 'me@example.test'],
  ['my account', 'my-account'],
  ['../../etc/passwd', 'etc-passwd'],
  ['\u001b[31mred', '31mred'],
  ['default', 'default-2'],
  ['con', 'con-2'],
  ['...', 'imported'],
  ['', 'imported'],
  ['x'.repeat(300), 'x'.repeat(56)],
])('%j is named %j', (label, name) => {
  expect(nameFor(label)).toBe(name)
})

test('a folder of an agent is named by what stands behind the name of its plain home', () => {
  expect(nameFor('.claude-work', [], 'home')).toBe('work')
  expect(nameFor('client', [], 'home')).toBe('client')
})

test('a name that is taken gets a number, whatever its case', () => {
  expect(nameFor('Work', ['work', 'WORK-2'])).toBe('Work-3')
})

test('whatever an account is called, its profile has a valid name that is free', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), fc.array(fc.constantFrom('imported', 'a', 'b')), (label, taken) => {
      const name = nameFor(label, taken)
      expect(() => checkNewProfileName(name)).not.toThrow()
      expect(taken).not.toContain(name)
    }),
  )
})
