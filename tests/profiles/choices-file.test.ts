/** `state.json`: changed by several at once, damaged, of a newer perch, on a disk that takes nothing. */
import { execFileSync } from 'node:child_process'
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { PerchError } from '../../src/platform/perch-error.js'
import { NO_CHOICES, withDefault, withRule } from '../../src/profiles/choices.js'
import { changeChoices, choicesPath, readChoices } from '../../src/profiles/choices-file.js'
import { chooseProfile, explainChoice, readChosenProfile } from '../../src/profiles/choose-profile.js'
import { requiresRoot, skipOrFail } from '../kit/requirement.js'
import { mountSmallDisk } from '../kit/small-disk.js'
import { type TemporaryHome, temporaryHome } from '../kit/temporary-home.js'
import { canMount, readOnlyFolder } from '../runtime/read-only-folder.js'

function withFile(home: TemporaryHome, text: string): string {
  mkdirSync(home.paths.state, { recursive: true, mode: 0o700 })
  writeFileSync(choicesPath(home.paths), text)
  return choicesPath(home.paths)
}

async function errorOf(action: () => unknown): Promise<PerchError> {
  try {
    await action()
  } catch (error) {
    if (error instanceof PerchError) return error
    throw error
  }
  throw new Error('nothing was thrown')
}

test('nothing is chosen where there is no file, and looking makes none', async () => {
  await using home = temporaryHome()
  expect(readChoices(home.paths)).toEqual(NO_CHOICES)
  expect(() => readdirSync(home.paths.state)).toThrow('ENOENT')
})

test('changes at the same time all count, and the file is for its owner only', async () => {
  await using home = temporaryHome()
  const folders = Array.from({ length: 20 }, (_, index) => `/src/${index}`)
  await Promise.all(folders.map((folder) => changeChoices(home.paths, (all) => withRule(all, { folder, profile: 'work' }))))
  expect(Object.keys(readChoices(home.paths).folderRules).sort()).toEqual([...folders].sort())
  expect(execFileSync('stat', ['-c', '%a', choicesPath(home.paths)], { encoding: 'utf8' })).toBe('600\n')
})

test('what a newer perch keeps beside them stays', async () => {
  await using home = temporaryHome()
  const path = withFile(home, '{"schema":7,"folderRules":{"/a":"b"},"windows":{"x":[1]}}')
  await changeChoices(home.paths, (choices) => withDefault(choices, 'work'))
  expect(JSON.parse(readFileSync(path, 'utf8'))).toEqual({
    schema: 7,
    defaultProfile: 'work',
    folderRules: { '/a': 'b' },
    windows: { x: [1] },
  })
})

test('a change that throws leaves the file as it was', async () => {
  await using home = temporaryHome()
  const path = withFile(home, '{"defaultProfile":"work"}')
  await errorOf(() =>
    changeChoices(home.paths, () => {
      throw new PerchError('profile-not-found', 'gone')
    }),
  )
  expect(readFileSync(path, 'utf8')).toBe('{"defaultProfile":"work"}')
})

describe('a file that makes no sense', () => {
  test.each([
    ['half of a document', '{"defaultProfile": "wo', 'not valid JSON'],
    ['no bytes', '', 'not valid JSON'],
    ['a list', '[]', 'must hold one JSON object'],
    ['a number for the default', '{"defaultProfile":1}', 'defaultProfile must be'],
    ['a list of rules', '{"folderRules":[]}', 'folderRules must be'],
    ['a rule without a name', '{"folderRules":{"/a":null}}', '/a must have the name of a profile'],
    ['a relative folder', '{"folderRules":{"a":"b"}}', 'a must be an absolute path'],
  ])('%s: is an error with a next step, and stays as it is', async (_, text, message) => {
    await using home = temporaryHome()
    const path = withFile(home, text)
    for (const action of [() => readChoices(home.paths), () => changeChoices(home.paths, (all) => withDefault(all, 'x'))]) {
      const { code, message: told, hint } = await errorOf(action)
      expect([code, told, hint]).toEqual(['corrupt-file', expect.stringContaining(message), expect.stringContaining('aside')])
      expect(told).toContain(path)
    }
    expect(readFileSync(path, 'utf8')).toBe(text)
  })

  test('does not stop whoever names a profile', async () => {
    await using home = temporaryHome()
    withFile(home, '{')
    expect(chooseProfile(home.paths, { asked: 'work', env: {}, cwd: '/' })).toMatchObject({ profile: 'work', reason: 'flag' })
    expect(chooseProfile(home.paths, { asked: null, env: { PERCH_PROFILE: 'a' }, cwd: '/' })).toMatchObject({ profile: 'a' })
    expect((await errorOf(() => chooseProfile(home.paths, { asked: null, env: {}, cwd: '/' }))).code).toBe('corrupt-file')
  })
})

test.each([
  ['the environment', { env: { PERCH_PROFILE: 'gone' } }, 'PERCH_PROFILE', 'Unset the variable'],
  ['a folder', { env: {} }, 'the rule of /src names', 'perch unmap /src'],
])('a profile that is missing is told with what names it: %s', async (_, { env }, blamed, hint) => {
  await using home = temporaryHome()
  withFile(home, '{"folderRules":{"/src":"gone"}}')
  const error = await errorOf(() =>
    readChosenProfile(home.paths, explainChoice(home.paths, { asked: null, env, cwd: '/src/deep' }), env),
  )
  expect([error.code, error.message, error.hint]).toEqual([
    'profile-not-found',
    expect.stringContaining(blamed),
    expect.stringContaining(hint),
  ])
})

describe('a state folder that takes nothing', () => {
  test('because it is read-only: says so, and what was chosen still counts', async (context) => {
    requiresRoot(context)
    if (!canMount()) skipOrFail(context, 'needs to mount a folder read-only')
    await using home = temporaryHome()
    await changeChoices(home.paths, (choices) => withDefault(choices, 'work'))
    const mounted = readOnlyFolder(home.paths.state)
    try {
      const { code, hint } = await errorOf(() => changeChoices(home.paths, (choices) => withDefault(choices, 'other')))
      expect([code, hint]).toEqual(['not-writable', expect.any(String)])
      expect(readChoices(home.paths).defaultProfile).toBe('work')
    } finally {
      mounted.release()
    }
  })

  test('because it is full: says so, and what was chosen still counts', async (context) => {
    requiresRoot(context)
    if (!canMount()) skipOrFail(context, 'needs to mount a small file system')
    await using home = temporaryHome()
    mkdirSync(home.paths.state, { mode: 0o700 })
    await using disk = mountSmallDisk(home.paths.state, 'size=256k,mode=700')
    await changeChoices(home.paths, (choices) => withDefault(choices, 'work'))
    disk.fill()
    const { code } = await errorOf(() => changeChoices(home.paths, (choices) => withDefault(choices, 'other')))
    expect(code).toBe('disk-full')
    expect(readChoices(home.paths).defaultProfile).toBe('work')
    disk.empty()
  })
})
