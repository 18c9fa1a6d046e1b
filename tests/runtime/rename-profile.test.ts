/** A profile under another name: its next session has the login, the private files and the settings of the last one. */
import { existsSync, readdirSync } from 'node:fs'
import { expect, test } from 'vitest'
import { conflictsFolder, profileFolders } from '../../src/profiles/profile-definition.js'
import { acquireRuntime } from '../../src/runtime/acquire.js'
import { releaseRuntime } from '../../src/runtime/release.js'
import { finishRenames, renameProfile } from '../../src/runtime/rename-profile.js'
import { login, openProfileLab, type ProfileLab, readJson, readText, writeByRename, writeNew } from './profile-lab.js'

function requestFor(lab: ProfileLab, name: string) {
  const { paths, agent, home, linkMode } = lab
  const profile = { ...lab.profile, name }
  return { paths, profile, agent, home, leaseId: 'two', env: { PERCH_LINK_MODE: linkMode } }
}

test.each(['link', 'copy'] as const)('what a session left is there for the next one, in %s mode', async (linkMode) => {
  await using lab = await openProfileLab({ linkMode })
  await lab.acquire()
  writeByRename(lab.inRuntime('.credentials.json'), login('mine'))
  writeNew(lab.inRuntime('sessions', 'private.json'), '{}')
  writeByRename(lab.inRuntime('.claude.json'), '{"oauthAccount":{"emailAddress":"a@example.org"},"theme":"dark"}')
  expect(await lab.release()).toMatchObject({ kept: false })
  await renameProfile(lab.paths, 'work', 'renamed')
  expect(existsSync(lab.folders.root)).toBe(false)

  const request = requestFor(lab, 'renamed')
  const folders = profileFolders(lab.paths, 'renamed')
  expect(await acquireRuntime(request)).toMatchObject({ folder: folders.runtime, notices: [] })
  expect(readText(`${folders.runtime}/.credentials.json`)).toBe(login('mine'))
  expect(readdirSync(`${folders.runtime}/sessions`)).toEqual(['private.json'])
  expect(readJson(`${folders.runtime}/.claude.json`)).toMatchObject({ oauthAccount: { emailAddress: 'a@example.org' } })
  expect(await releaseRuntime(request)).toMatchObject({ kept: false })
  expect(existsSync(conflictsFolder(lab.paths, 'renamed'))).toBe(false)
})

test('one with a session, or whose runtime stands, keeps its name', async () => {
  await using lab = await openProfileLab()
  await lab.acquire()
  await expect(renameProfile(lab.paths, 'work', 'renamed')).rejects.toMatchObject({ code: 'profile-in-use' })
  expect(existsSync(lab.folders.runtime)).toBe(true)
  await lab.release()
  writeNew(lab.inRuntime('arrived-late'), 'x')
  await expect(renameProfile(lab.paths, 'work', 'renamed')).rejects.toMatchObject({ code: 'profile-in-use' })
})

test('what a removed profile of the new name has left is not lost', async () => {
  await using lab = await openProfileLab()
  writeNew(`${conflictsFolder(lab.paths, 'renamed')}/theirs`, 'old')
  writeNew(`${conflictsFolder(lab.paths, 'work')}/mine`, 'new')
  await renameProfile(lab.paths, 'work', 'renamed')
  expect(readdirSync(conflictsFolder(lab.paths, 'renamed')).sort()).toEqual(['mine', 'theirs'])
  expect(existsSync(conflictsFolder(lab.paths, 'work'))).toBe(false)
})

test('a damaged note of a rename holds nothing up', async () => {
  await using lab = await openProfileLab()
  writeNew(`${lab.folders.root}/renamed.json`, '{')
  await finishRenames(lab.paths)
  expect(readdirSync(lab.folders.root)).not.toContain('renamed.json')
})
