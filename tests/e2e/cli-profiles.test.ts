/** What `perch profile ls` and `show` say of a profile's login and of how its runtime shows what is shared. */
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { profileFolders } from '../../src/profiles/profile-definition.js'
import { perchJson, perchText } from '../kit/perch-program.js'
import { temporaryHome } from '../kit/temporary-home.js'

const DAY_MS = 24 * 60 * 60 * 1000

test('a login that ends soon is seen before it ends, and the link mode is that of the runtime that stands', async () => {
  await using home = temporaryHome()
  await perchText(home, ['profile', 'add', 'work', '--agent', 'claude'])
  const folders = profileFolders(home.paths, 'work')
  const storeLogin = (endsAt: number) => {
    const claudeAiOauth = { accessToken: 'invented', refreshToken: 'invented', refreshTokenExpiresAt: endsAt }
    writeFileSync(join(folders.credentials, '.credentials.json'), JSON.stringify({ claudeAiOauth }))
  }
  const endsAt = Date.now() + 2.5 * DAY_MS
  mkdirSync(folders.credentials, { recursive: true })
  storeLogin(endsAt)
  expect(await perchText(home, ['profile', 'ls'])).toMatch(/^work +claude +expires in 2 d /m)
  const loginEndsAt = new Date(endsAt).toISOString()
  const listed = await perchJson(home, ['profile', 'ls'])
  expect(listed).toMatchObject({ profiles: [{ loginEndsAt: null }, { loggedIn: true, loginEndsAt, linkMode: null }] })
  expect(await perchText(home, ['profile', 'show', 'work'])).toMatch(/^login +expires in 2 d$/m)

  storeLogin(Date.now() - DAY_MS)
  mkdirSync(folders.runtime, { recursive: true })
  mkdirSync(folders.sync, { recursive: true })
  writeFileSync(join(folders.sync, 'index.json'), '{"linkMode":"copy"}')
  expect(await perchText(home, ['profile', 'ls'])).toMatch(/^work +claude +expired /m)
  expect(await perchJson(home, ['profile', 'show', 'work'])).toMatchObject({ profile: { loggedIn: true, linkMode: 'copy' } })
})
