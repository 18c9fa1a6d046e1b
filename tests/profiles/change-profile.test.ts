/** Changing `profile.toml`: all or nothing, whoever else does so at that moment, and nothing that a person wrote is lost. */
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { builtInAgents } from '../../src/agents/built-in-agents.js'
import { withOwn } from '../../src/agents/known-agents.js'
import { changeProfile } from '../../src/profiles/change-profile.js'
import { createProfile } from '../../src/profiles/create-profile.js'
import { applyChanges, checkChange } from '../../src/profiles/profile-change.js'
import { profileFolders } from '../../src/profiles/profile-definition.js'
import { requireUnchanged } from '../../src/profiles/require-unchanged.js'
import { readProfile } from '../../src/profiles/store.js'
import { type TemporaryHome, temporaryHome } from '../kit/temporary-home.js'

async function profileIn(home: TemporaryHome, text?: string) {
  await createProfile(home.paths, { name: 'work' })
  const folders = profileFolders(home.paths, 'work')
  if (text !== undefined) writeFileSync(folders.file, text)
  return folders
}

test.each([
  [{ key: ['warn-at'], value: 101 }, /^warn-at: must be a number from 0 to 100$/],
  [{ key: ['isolated'], value: 'yes' }, /^isolated: must be true or false$/],
  [{ key: ['share'], value: ['a/b'] }, /^share: must be a list of names/],
  [{ key: ['base-url'], value: 'ftp://x' }, /^base-url: must be a URL/],
  [{ key: ['command'], value: 'ssh' }, /^command: must be a list of strings, the program first$/],
  [{ key: ['env'], value: { A: 'b' } }, /^env: set one entry at a time$/],
  [{ key: ['env', 'A', 'B'], value: 'c' }, /^env\.A\.B: write the name of the variable between quotes$/],
  [{ key: ['env', 'A'], value: 1 }, /^env\.A: must be a string$/],
  [{ key: ['settings', 'a'], value: { b: null } }, /^settings\.a: must be something that TOML can hold/],
  [{ key: ['agent'] }, /^agent: every profile has one$/],
  [{ key: ['agent'], value: 'nobody' }, /no agent named/],
  [{ key: ['warn-at', 'x'], value: 1 }, /warn-at has no entries/],
  [{ key: ['colour'], value: 1 }, /a profile has no key "colour"/],
])('%j says which key and what was expected', (change, message) => {
  expect(() => checkChange(change, withOwn(builtInAgents, { files: [], problem: null }))).toThrow(message)
})

test('keys keep their places, unknown ones too, and an empty table goes', () => {
  const table = { agent: 'claude', later: [1], env: { A: 'a', B: 'b' } }
  const changes = [
    { key: ['env', 'A'], value: 'x' },
    { key: ['settings', 'a', 'b'], value: 1 },
    { key: ['agent'], value: 'codex' },
  ]
  expect(JSON.stringify(applyChanges(table, changes))).toBe(
    '{"agent":"codex","later":[1],"env":{"A":"x","B":"b"},"settings":{"a":{"b":1}}}',
  )
  const gone = [{ key: ['env', 'A'] }, { key: ['env', 'B'] }, { key: ['settings', 'never'] }]
  expect(applyChanges(table, gone)).toEqual({ agent: 'claude', later: [1] })
  const named = applyChanges({}, [{ key: ['settings', '__proto__', 'x'], value: 1 }])
  expect(Object.keys(Object(named.settings))).toEqual(['__proto__'])
})

test('all of the changes are made, or none', async () => {
  await using home = temporaryHome()
  const { file } = await profileIn(home)
  const before = readFileSync(file, 'utf8')
  const changes = [
    { key: ['warn-at'], value: 80 },
    { key: ['command'], value: ['x'] },
  ]
  await expect(changeProfile(home.paths, 'work', changes)).rejects.toThrow(
    'command: only a profile of the agent "command" has one',
  )
  expect(readFileSync(file, 'utf8')).toBe(before)
  await changeProfile(home.paths, 'work', [{ key: ['agent'], value: 'command' }, ...changes])
  expect(readProfile(home.paths, 'work', {})).toMatchObject({ agent: 'command', command: ['x'], warnAt: 80 })
})

test('many at once are all kept', async () => {
  await using home = temporaryHome()
  await profileIn(home)
  const names = Array.from({ length: 12 }, (_, at) => `V${at}`)
  await Promise.all(names.map((name) => changeProfile(home.paths, 'work', [{ key: ['env', name], value: name }])))
  expect(readProfile(home.paths, 'work', {}).env).toEqual(Object.fromEntries(names.map((name) => [name, name])))
})

test('a file with comments is kept as it was; a key that this perch does not know stays', async () => {
  await using home = temporaryHome()
  const text = '# mine\nagent = "claude"\nlater = 1 # soon\n'
  const { root, file } = await profileIn(home, text)
  const { notices } = await changeProfile(home.paths, 'work', [{ key: ['warn-at'], value: 80 }])
  expect(notices).toEqual([expect.stringContaining('profile.toml.before')])
  expect(readFileSync(join(root, 'profile.toml.before'), 'utf8')).toBe(text)
  expect(readFileSync(file, 'utf8')).toMatch(/^later = 1$/m)
  expect((await changeProfile(home.paths, 'work', [{ key: ['warn-at'] }])).notices).toEqual([])
})

test('a wrong value is repaired by setting it', async () => {
  await using home = temporaryHome()
  await profileIn(home, 'agent = "claude"\nwarn-at = "much"\n')
  await expect(changeProfile(home.paths, 'work', [{ key: ['env', 'A'], value: 'a' }])).rejects.toThrow('warn-at must be a number')
  const { profile } = await changeProfile(home.paths, 'work', [{ key: ['warn-at'], value: 5 }])
  expect(profile.warnAt).toBe(5)
})

test('a runtime that stands keeps what it was built from', async () => {
  await using home = temporaryHome()
  const folders = await profileIn(home)
  writeFileSync(join(folders.leases, 'x.json'), 'not to be read: so it counts as live')
  const refused = changeProfile(home.paths, 'work', [{ key: ['isolated'], value: true }])
  await expect(refused).rejects.toMatchObject({ code: 'profile-in-use' })
  await changeProfile(home.paths, 'work', [{ key: ['env', 'A'], value: 'a' }])
  expect(existsSync(folders.file)).toBe(true)
})

test('whoever read the profile before a change is told, once it has the lock', async () => {
  await using home = temporaryHome()
  await profileIn(home)
  const before = readProfile(home.paths, 'work', {})
  expect(() => requireUnchanged(home.paths, before, {})).not.toThrow()
  await changeProfile(home.paths, 'work', [{ key: ['settings', 'model'], value: 'other' }])
  expect(() => requireUnchanged(home.paths, before, {})).toThrow('was just changed')
})

test('a profile with a login stays one of its agent', async () => {
  await using home = temporaryHome()
  const { credentials } = await profileIn(home)
  writeFileSync(join(credentials, '.credentials.json'), '{}')
  const refused = changeProfile(home.paths, 'work', [{ key: ['agent'], value: 'codex' }])
  await expect(refused).rejects.toMatchObject({ code: 'profile-in-use' })
})

test.each([
  ['default', 'bad-name'],
  ['nobody', 'profile-not-found'],
])('%s cannot be changed', async (name, code) => {
  await using home = temporaryHome()
  await expect(changeProfile(home.paths, name, [{ key: ['warn-at'], value: 1 }])).rejects.toMatchObject({ code })
})
