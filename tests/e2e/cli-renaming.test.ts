/** `perch rename`, `perch profile rename` and `perch profile set`, also where the daemon is killed in the middle. */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import * as v from 'valibot'
import { describe, expect, test } from 'vitest'
import { ProfileReply } from '../../src/api/control.js'
import { conflictsFolder, profileFolders } from '../../src/profiles/profile-definition.js'
import { keptNameText } from '../../src/runtime/conflicts/kept-name.js'
import { readKeptRecord, writeKeptRecord } from '../../src/runtime/conflicts/kept-record.js'
import { RENAME_STEPS } from '../../src/runtime/runtime-step.js'
import { seen } from '../kit/bounded.js'
import { perch, perchJson, perchText } from '../kit/perch-program.js'
import { type TemporaryHome, temporaryHome } from '../kit/temporary-home.js'

const LOGIN = '{"claudeAiOauth":{"accessToken":"invented"}}'
const KEPT_ID = '0123ab'

/** A profile with a login, and with an older version of its login that was kept aside. */
async function profileWithLogin(home: TemporaryHome, name: string): Promise<void> {
  await perchText(home, ['profile', 'add', name, '--env', 'KEY=value'])
  const { credentials } = profileFolders(home.paths, name)
  writeFileSync(join(credentials, '.credentials.json'), LOGIN)
  const kept = conflictsFolder(home.paths, name)
  mkdirSync(kept, { recursive: true })
  writeFileSync(join(kept, keptNameText({ id: KEPT_ID, at: new Date(0), name: '.credentials.json' })), LOGIN)
  const target = join(credentials, '.credentials.json')
  writeKeptRecord(home.paths, name, KEPT_ID, { kind: 'login', target, name: '.credentials.json', why: 'a test' })
}

/** All of it is there under this name, and nothing under the other. */
async function expectWhole(home: TemporaryHome, name: string, gone: string): Promise<void> {
  const folders = profileFolders(home.paths, name)
  await seen('the end of the rename', () => !existsSync(join(folders.root, 'renamed.json')))
  const { profile } = v.parse(ProfileReply, await perchJson(home, ['profile', 'show', name]))
  expect(profile).toMatchObject({ name, runtime: folders.runtime, env: { KEY: expect.anything() }, problem: null })
  expect(readFileSync(join(folders.credentials, '.credentials.json'), 'utf8')).toBe(LOGIN)
  expect(readKeptRecord(home.paths, name, KEPT_ID)?.target).toBe(join(folders.credentials, '.credentials.json'))
  expect(await perchText(home, ['sync', 'resolve', name])).toContain(KEPT_ID)
  expect(existsSync(profileFolders(home.paths, gone).root)).toBe(false)
  expect(existsSync(conflictsFolder(home.paths, gone))).toBe(false)
}

describe('perch profile rename', () => {
  test('moves the login, what was kept, and everything else', async () => {
    await using home = temporaryHome()
    await profileWithLogin(home, 'old')
    const renamed = await perchJson(home, ['profile', 'rename', 'old', 'new'])
    expect(renamed).toMatchObject({ profile: { name: 'new', loggedIn: true }, notices: [] })
    await expectWhole(home, 'new', 'old')
    await perchText(home, ['profile', 'rename', 'new', 'old'])
    await expectWhole(home, 'old', 'new')
  })

  test.each(RENAME_STEPS)('killed at %s, it is either not begun or completed by the next daemon', async (step) => {
    await using home = temporaryHome()
    await profileWithLogin(home, 'old')
    await perchText(home, ['daemon', 'stop'])
    const killed = await perch(home, ['profile', 'rename', 'old', 'new'], { env: { PERCH_FAILPOINT: step } })
    expect(killed.code).not.toBe(0)
    const isBegun = step !== 'rename-noted'
    await perchText(home, ['profile', 'ls'])
    await expectWhole(home, isBegun ? 'new' : 'old', isBegun ? 'old' : 'new')
  })

  test('is refused while a session lives, and for names that are taken, bad or built in', async () => {
    await using home = temporaryHome()
    await perchText(home, ['profile', 'add', 'box', '--command', '--', 'cat'])
    await perchText(home, ['profile', 'add', 'other'])
    await perchText(home, ['run', 'box', '-d', '-n', 'cat', '--pipe'])
    const rename = (...names: readonly string[]) => perch(home, ['profile', 'rename', ...names])
    expect(await rename('box', 'new')).toMatchObject({ code: 4, stderr: expect.stringContaining('1 live session') })
    await perchText(home, ['kill', 'cat'])
    expect(await rename('box', 'other')).toMatchObject({ code: 4, stderr: expect.stringContaining('already a profile other') })
    expect(await rename('box', 'box')).toMatchObject({ code: 4 })
    expect(await rename('box', '../up')).toMatchObject({ code: 2 })
    expect(await rename('box', 'default')).toMatchObject({ code: 2 })
    expect(await rename('default', 'mine')).toMatchObject({ code: 2 })
    expect(await rename('nobody', 'new')).toMatchObject({ code: 3 })
    expect(await rename('box', 'new')).toMatchObject({ code: 0 })
    // What has ended keeps the name under which it ran.
    expect(await perchText(home, ['ls', '-a', '--profile', 'box'])).toContain('cat')
  })

  test('two renames at once: one of them happens', async () => {
    await using home = temporaryHome()
    await profileWithLogin(home, 'old')
    const both = await Promise.all(['new', 'newer'].map((name) => perch(home, ['profile', 'rename', 'old', name])))
    expect(both.map(({ code }) => code).sort()).toEqual([0, 3])
    await expectWhole(home, both[0]?.code === 0 ? 'new' : 'newer', 'old')
  })
})

describe('perch profile set', () => {
  test('changes a profile, says what is wrong, and refuses what a live session depends on', async () => {
    await using home = temporaryHome()
    await perchText(home, ['profile', 'add', 'box', '--command', '--', 'cat'])
    const set = (...args: readonly string[]) => perch(home, ['profile', 'set', 'box', ...args])
    expect(await set('command=["cat","-u"]', 'env.A=b c', 'warn-at=80')).toMatchObject({ code: 0 })
    expect(await perchJson(home, ['profile', 'show', 'box'])).toMatchObject({
      profile: { command: ['cat', '-u'], env: { A: 'b c' } },
    })
    expect(await set('--unset', 'env.A')).toMatchObject({ code: 0 })
    expect(await perchJson(home, ['profile', 'show', 'box'])).toMatchObject({ profile: { env: {} } })
    expect(await set('warn-at=x')).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('warn-at: must be a number from 0 to 100'),
    })
    expect(await set()).toMatchObject({ code: 2 })
    expect(await set('colour=red')).toMatchObject({ code: 2, stderr: expect.stringContaining('There are: agent') })
    await perchText(home, ['run', 'box', '-d', '-n', 'cat', '--pipe'])
    expect(await set('isolated=true')).toMatchObject({ code: 4, stderr: expect.stringContaining('perch ls --profile box') })
    expect(await set('env.A=c')).toMatchObject({ code: 0 })
    await perchText(home, ['kill', 'cat'])
    expect(await set('isolated=true')).toMatchObject({ code: 0 })
  })

  test.each(['profile-set-kept', 'profile-set-written'])('killed at %s, the file is whole', async (step) => {
    await using home = temporaryHome()
    await perchText(home, ['profile', 'add', 'work', '--env', 'A=before'])
    const { file } = profileFolders(home.paths, 'work')
    writeFileSync(file, `# mine\n${readFileSync(file, 'utf8')}`)
    await perchText(home, ['daemon', 'stop'])
    const killed = await perch(home, ['profile', 'set', 'work', 'env.A=after'], { env: { PERCH_FAILPOINT: step } })
    expect(killed.code).not.toBe(0)
    const A = step === 'profile-set-written' ? 'after' : 'before'
    expect(await perchJson(home, ['profile', 'show', 'work'])).toMatchObject({ profile: { env: { A }, problem: null } })
    expect(await perch(home, ['profile', 'set', 'work', 'env.A=again'])).toMatchObject({ code: 0 })
  })
})

test('perch rename: a session goes by its new name, which is its alone while it lives', async () => {
  await using home = temporaryHome()
  await perchText(home, ['exec', '-d', '-n', 'first', '--pipe', '--', 'cat'])
  await perchText(home, ['exec', '-d', '-n', 'second', '--pipe', '--', 'cat'])
  expect(await perchJson(home, ['rename', 'first', 'build'])).toMatchObject({ session: { name: 'build', state: 'running' } })
  expect(await perch(home, ['show', 'first'])).toMatchObject({ code: 3 })
  expect(await perch(home, ['rename', 'second', 'build'])).toMatchObject({ code: 4 })
  expect(await perch(home, ['rename', 'second', '-- x'])).toMatchObject({ code: 2 })
  expect(await perch(home, ['rename', 'nobody', 'x'])).toMatchObject({ code: 3 })
  // The folder says so: another daemon finds it under the new name, and so does whoever sends to it.
  await perchText(home, ['daemon', 'restart'])
  expect(await perchText(home, ['send', 'build', 'hello', '--enter'])).toContain('6')
  await perchText(home, ['kill', 'build'])
  expect(await perchJson(home, ['show', 'build'])).toMatchObject({ session: { name: 'build', state: 'exited' } })
  expect(await perchText(home, ['rename', 'build', 'built'])).toContain('built')
  expect(await perchText(home, ['logs', 'built'])).toBe('hello')
  expect(await perchText(home, ['events', '--since', '0', '--no-follow'])).toMatch(/\(build\) {2}renamed: from first/)
  await perchText(home, ['kill', 'second'])
})
