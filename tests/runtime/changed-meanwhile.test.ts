/** What the person changes or removes while a session runs. */
import { existsSync, mkdirSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { createLease } from '../../src/platform/files/lease-file.js'
import { identifyProcess } from '../../src/platform/process/process-identity.js'
import { removeProfile } from '../../src/profiles/remove-profile.js'
import { abandonRuntime } from '../../src/runtime/abandon.js'
import { releaseRuntime } from '../../src/runtime/release.js'
import { builtInAgent } from '../kit/built-in-agents.js'
import { login, openProfileLab, type ProfileLab, readJson, readText, writeByRename, writeNew } from './profile-lab.js'

/** Ends the session of `lab` as the daemon does after the person changed `profile.toml`. */
function releaseAs(lab: ProfileLab, changes: Partial<ProfileLab['profile']>) {
  const { paths, agent, home } = lab
  return releaseRuntime({ paths, agent, home, profile: { ...lab.profile, ...changes }, leaseId: 'one' })
}

test('what the overlay set at the start never reaches the shared settings, though it says something else by now', async () => {
  const settings = { env: { CLIENT_TOKEN: 'of-client' }, statusLine: { type: 'command', command: 'x' } }
  await using lab = await openProfileLab({ changes: { settings } })
  writeNew(lab.inShared('settings.json'), '{"theme":"dark","env":{"FOO":"1"},"statusLine":{"type":"command","command":"own"}}')
  await lab.acquire()
  const replica = readJson(lab.inRuntime('settings.json'))
  expect(replica).toMatchObject({ env: { CLIENT_TOKEN: 'of-client', FOO: '1' }, statusLine: { command: 'x' } })
  writeByRename(lab.inRuntime('settings.json'), JSON.stringify({ ...replica, theme: 'light' }))

  expect(await releaseAs(lab, { settings: { spinnerTipsEnabled: false } })).toMatchObject({ kept: false })

  expect(readJson(lab.inShared('settings.json'))).toEqual({
    theme: 'light',
    env: { FOO: '1' },
    statusLine: { type: 'command', command: 'own' },
  })
  const plain = await lab.add('other')
  await plain.acquire('two')
  expect(readText(plain.inRuntime('settings.json'))).not.toContain('of-client')
  await plain.release('two')
})

test('an overlay that was taken back leaves the shared settings visible again', async () => {
  await using lab = await openProfileLab({ changes: { settings: { statusLine: { command: 'x' } } } })
  writeNew(lab.inShared('settings.json'), '{"statusLine":{"command":"own"}}')
  await lab.acquire()
  await lab.release()
  const { paths, agent, home } = lab
  const { acquireRuntime } = await import('../../src/runtime/acquire.js')
  const profile = { ...lab.profile, settings: {} }
  await acquireRuntime({ paths, agent, home, profile, leaseId: 'two', env: {} })
  expect(readJson(lab.inRuntime('settings.json'))).toEqual({ statusLine: { command: 'own' } })
  await releaseRuntime({ paths, agent, home, profile, leaseId: 'two' })
})

test.each(['link', 'copy'] as const)(
  'an entry that the profile moves to its own side while a session runs goes there (%s mode)',
  async (linkMode) => {
    await using lab = await openProfileLab({ linkMode })
    writeNew(lab.inShared('CLAUDE.md'), 'of the person')
    await lab.acquire()
    writeByRename(lab.inRuntime('CLAUDE.md'), 'of the session')
    writeNew(lab.inRuntime('notes'), 'new')
    expect(await releaseAs(lab, { private: ['notes'] })).toMatchObject({ kept: false })
    expect(existsSync(lab.inShared('notes'))).toBe(false)
    expect(readText(join(lab.folders.state, 'notes'))).toBe('new')
    expect(readText(lab.inShared('CLAUDE.md'))).toBe('of the session')
  },
)

test('a profile whose folder was deleted under its agent can be removed, and what the agent made since is kept', async () => {
  await using lab = await openProfileLab()
  await lab.acquire()
  rmSync(lab.folders.root, { recursive: true })
  // The client makes its config folder again, and knows nothing of links.
  mkdirSync(lab.folders.runtime, { recursive: true })
  writeFileSync(lab.inRuntime('.credentials.json'), login('fresh'))
  writeFileSync(lab.inRuntime('.claude.json'), '{"added":1}')
  symlinkSync('/nowhere', lab.inRuntime('a-link'))
  expect(await abandonRuntime(lab.paths, 'work')).toMatchObject({ kept: false })
  await removeProfile(lab.paths, 'work')
  expect(existsSync(lab.folders.root)).toBe(false)
  expect(lab.conflicts()).toEqual(['{"added":1}'])
})

test('such a runtime stands while somebody uses it', async () => {
  await using lab = await openProfileLab()
  await lab.acquire()
  const me = identifyProcess(process.pid)
  if (me === undefined) throw new Error('this process has no identity')
  createLease(join(lab.folders.leases, 'live.json'), 'live', me)
  writeFileSync(lab.folders.file, 'agent = 7')
  expect(await abandonRuntime(lab.paths, 'work')).toMatchObject({ kept: true })
  expect(existsSync(lab.folders.runtime)).toBe(true)
})

test('nothing is made for a profile that was never used, not even its shared home', async () => {
  await using lab = await openProfileLab({ agent: 'codex', sharedHome: false })
  expect(builtInAgent('codex').relocation?.defaultHome).toBe('.codex')
  expect(await lab.collect()).toMatchObject({ kept: false })
  expect(readdirSync(lab.home)).toEqual([])
})
