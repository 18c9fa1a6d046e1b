import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { createLease, dropLease } from '../../src/platform/files/lease-file.js'
import { type PerchPaths, perchPaths } from '../../src/platform/paths.js'
import { identifyProcess } from '../../src/platform/process/process-identity.js'
import { createProfile } from '../../src/profiles/create-profile.js'
import { loginShell } from '../../src/profiles/default-profile.js'
import { conflictsFolder, profileFolders } from '../../src/profiles/profile-definition.js'
import { removeProfile } from '../../src/profiles/remove-profile.js'
import { listProfiles, readProfile } from '../../src/profiles/store.js'

let root: string
let paths: PerchPaths
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'store-'))
  paths = perchPaths({ PERCH_HOME: root })
})
afterEach(() => rmSync(root, { recursive: true, force: true }))

const stored = () => readdirSync(join(root, 'profiles')).sort()

test('a fresh state has `default`, on the first agent found, else the login shell', () => {
  expect(listProfiles(paths, {})).toMatchObject([{ name: 'default', profile: { agent: 'command', plainHome: true } }])
  mkdirSync(join(root, 'bin'))
  writeFileSync(join(root, 'bin', 'codex'), '', { mode: 0o755 })
  expect(readProfile(paths, 'default', { PATH: join(root, 'bin') })).toMatchObject({ agent: 'codex', plainHome: true })
  expect(loginShell({ SHELL: '/bin/zsh' })).toBe('/bin/zsh')
  expect(loginShell({})).toMatch(/^\//)
})

test('a new profile is 0700 folders and 0600 files, and reads back as it was made', async () => {
  const profile = await createProfile(paths, { name: 'work', agent: 'claude', env: { A: '"quoted"\nline' } })
  expect(readProfile(paths, 'work', {})).toEqual(profile)
  expect(profile).toMatchObject({ agent: 'claude', env: { A: '"quoted"\nline' }, plainHome: false })
  const folders = profileFolders(paths, 'work')
  for (const folder of [folders.root, folders.credentials, folders.state, folders.leases, folders.sync]) {
    expect(statSync(folder).mode & 0o777).toBe(0o700)
  }
  expect(statSync(folders.file).mode & 0o777).toBe(0o600)
  expect(stored()).toEqual(['work'])
})

test('a command profile runs what it was given', async () => {
  expect(await createProfile(paths, { name: 'sh', command: ['bash', '-l'] })).toMatchObject({
    agent: 'command',
    command: ['bash', '-l'],
  })
  await expect(createProfile(paths, { name: 'x', agent: 'claude', command: ['bash'] })).rejects.toMatchObject({
    code: 'bad-request',
  })
  await expect(createProfile(paths, { name: 'x', command: [''] })).rejects.toMatchObject({ code: 'empty-command' })
})

test.each([
  [{ name: '../x' }, 'bad-name'],
  [{ name: 'default' }, 'bad-name'],
  [{ name: 'x'.repeat(300) }, 'bad-name'],
  [{ name: 'x', agent: 'nobody' }, 'unknown-agent'],
  [{ name: 'x', env: { 'A=B': '1' } }, 'bad-request'],
  [{ name: 'x', env: { A: 'nul\0' } }, 'bad-request'],
])('%j is refused and leaves nothing', async (request, code) => {
  await expect(createProfile(paths, request)).rejects.toMatchObject({ code })
  expect(existsSync(join(root, 'profiles'))).toBe(false)
})

test('of two that make the same profile at once, one succeeds', async () => {
  const attempts = await Promise.allSettled(
    ['claude', 'codex', 'gemini'].map((agent) => createProfile(paths, { name: 'work', agent })),
  )
  const refused = attempts.filter(({ status }) => status === 'rejected')
  expect(refused).toHaveLength(2)
  for (const attempt of refused) expect(attempt).toMatchObject({ reason: { code: 'profile-exists' } })
  expect(stored()).toEqual(['work'])
})

test('what a killed creation left is not seen, and in nobody’s way', async () => {
  mkdirSync(join(root, 'profiles', '.new-work', 'credentials'), { recursive: true })
  expect(listProfiles(paths, {}).map(({ name }) => name)).toEqual(['default'])
  await createProfile(paths, { name: 'work', agent: 'claude' })
  expect(stored()).toEqual(['work'])
})

test('a corrupt profile is listed with its problem and breaks no other', async () => {
  await createProfile(paths, { name: 'good', agent: 'claude' })
  await createProfile(paths, { name: 'bad', agent: 'claude' })
  writeFileSync(profileFolders(paths, 'bad').file, 'agent = ')
  mkdirSync(join(root, 'profiles', 'empty'))
  expect(listProfiles(paths, {})).toMatchObject([
    { name: 'default', problem: null },
    { name: 'bad', profile: null, problem: expect.stringContaining('line 1') },
    { name: 'empty', profile: null, problem: expect.stringContaining('profile.toml') },
    { name: 'good', problem: null },
  ])
  expect(() => readProfile(paths, 'bad', {})).toThrowError(expect.objectContaining({ code: 'corrupt-profile' }))
  await removeProfile(paths, 'bad')
  expect(stored()).toEqual(['empty', 'good'])
})

test('removing: gone with everything, but not while it is used, not twice, and never `default`', async () => {
  await createProfile(paths, { name: 'work', agent: 'claude' })
  const folders = profileFolders(paths, 'work')
  const me = identifyProcess(process.pid)
  if (me === undefined) throw new Error('this process has no identity')
  const lease = join(folders.leases, 'one.json')
  createLease(lease, 'one', me)
  await expect(removeProfile(paths, 'work')).rejects.toMatchObject({ code: 'profile-in-use' })
  dropLease(lease)
  mkdirSync(folders.runtime)
  await expect(removeProfile(paths, 'work')).rejects.toMatchObject({ code: 'profile-in-use' })
  rmSync(folders.runtime, { recursive: true })
  await removeProfile(paths, 'work')
  expect(stored()).toEqual([])
  await expect(removeProfile(paths, 'work')).rejects.toMatchObject({ code: 'profile-not-found' })
  await expect(removeProfile(paths, 'default')).rejects.toMatchObject({ code: 'bad-name' })
  await expect(removeProfile(paths, '../x')).rejects.toMatchObject({ code: 'bad-name' })
})

test('a removed login is gone: from a removal that was killed, and from what was kept aside', async () => {
  await createProfile(paths, { name: 'work', agent: 'claude' })
  const grave = join(paths.data, 'profiles', '.removed-0123', 'credentials')
  mkdirSync(grave, { recursive: true })
  const conflicts = conflictsFolder(paths, 'work')
  mkdirSync(conflicts, { recursive: true })
  for (const name of ['2026-ab-.credentials.json', '2026-cd-.credentials.json.tmp.1', '2026-ef-CLAUDE.md']) {
    writeFileSync(join(conflicts, name), '')
  }
  await removeProfile(paths, 'work')
  expect(readdirSync(join(paths.data, 'profiles'))).toEqual([])
  expect(readdirSync(conflicts)).toEqual(['2026-ef-CLAUDE.md'])
})

test('an unknown profile names the known ones', () => {
  expect(() => readProfile(paths, 'nobody', {})).toThrowError(
    expect.objectContaining({ code: 'profile-not-found', hint: expect.stringContaining('default') }),
  )
})
