import { mkdirSync } from 'node:fs'
import { expect, test } from 'vitest'
import { defaultProfile } from '../../src/profiles/default-profile.js'
import { loginState } from '../../src/profiles/login-state.js'
import type { ProfileDefinition } from '../../src/profiles/profile-definition.js'
import { BUILT_IN, builtInAgent } from '../kit/built-in-agents.js'
import { requiresPlatform } from '../kit/requirement.js'
import { blankedLogin, login, openProfileLab, type ProfileLab, writeByRename, writeNew } from '../runtime/profile-lab.js'

function stateOf(lab: ProfileLab, changes: Partial<ProfileDefinition> = {}) {
  return stateAndEnd(lab, changes).loggedIn
}

function stateAndEnd(lab: ProfileLab, changes: Partial<ProfileDefinition> = {}) {
  return loginState({ paths: lab.paths, profile: { ...lab.profile, ...changes }, agent: lab.agent, home: lab.home })
}

test('a login that says when it ends', async () => {
  await using lab = await openProfileLab()
  const ends = (at: unknown) => JSON.stringify({ claudeAiOauth: { accessToken: 'a', refreshTokenExpiresAt: at } })
  writeNew(lab.durableLogin, ends(1_800_000_000_000))
  expect(stateAndEnd(lab)).toEqual({ loggedIn: true, endsAtMs: 1_800_000_000_000 })
  // One that has ended is still a login: the agent says what it makes of it.
  writeNew(lab.durableLogin, ends(1))
  expect(stateAndEnd(lab)).toEqual({ loggedIn: true, endsAtMs: 1 })
  writeNew(lab.durableLogin, ends('soon'))
  expect(stateAndEnd(lab)).toEqual({ loggedIn: true, endsAtMs: null })
  writeNew(lab.durableLogin, blankedLogin())
  expect(stateAndEnd(lab)).toEqual({ loggedIn: false, endsAtMs: null })
  expect(stateAndEnd(lab, { env: { ANTHROPIC_API_KEY: 'k' } })).toEqual({ loggedIn: true, endsAtMs: null })
})

test('is that of the stored login', async (context) => {
  requiresPlatform(context, 'linux')
  await using lab = await openProfileLab()
  expect(stateOf(lab)).toBe(false)
  writeNew(lab.durableLogin, login('a'))
  expect(stateOf(lab)).toBe(true)
  writeNew(lab.durableLogin, blankedLogin())
  expect(stateOf(lab)).toBe(false)
  writeNew(lab.durableLogin, '{')
  expect(stateOf(lab)).toBe(false)
})

test('a login inside a live session counts at once', async () => {
  await using lab = await openProfileLab()
  await lab.acquire()
  writeByRename(lab.inRuntime('.credentials.json'), login('a'))
  expect(stateOf(lab)).toBe(true)
  await lab.release()
  expect(stateOf(lab)).toBe(true)
})

test('a key in the profile is a login; an empty one is not', async (context) => {
  requiresPlatform(context, 'linux')
  await using lab = await openProfileLab()
  expect(stateOf(lab, { env: { ANTHROPIC_API_KEY: 'k' } })).toBe(true)
  expect(stateOf(lab, { env: { ANTHROPIC_API_KEY: '' } })).toBe(false)
  expect(stateOf(lab, { apiKeyCommand: 'pass show key' })).toBe(true)
})

test('`default` looks at the plain home, a command has none, and what cannot be read is not known', async () => {
  await using lab = await openProfileLab()
  writeNew(lab.inShared('.credentials.json'), login('own'))
  const plain = { ...defaultProfile({}, BUILT_IN), agent: 'claude' }
  expect(stateOf(lab, plain)).toBe(true)
  expect(loginState({ paths: lab.paths, profile: plain, agent: builtInAgent('command'), home: lab.home }).loggedIn).toBeNull()
  mkdirSync(lab.durableLogin)
  expect(stateOf(lab)).toBeNull()
})
