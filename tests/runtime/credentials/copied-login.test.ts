/** The end of a copied login: what a drain makes of it, and when teardown may remove it. */
import { existsSync, mkdirSync, rmdirSync, rmSync, writeFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { drainCredential } from '../../../src/runtime/credentials/credentials.js'
import { tearDownRuntime } from '../../../src/runtime/teardown.js'
import { readIndex } from '../../../src/runtime/tree/index-file.js'
import { blankedLogin, login, readText, writeByRename } from '../profile-lab.js'
import { buildCopy, type LiveLogin, openLiveLogin } from './live-login.js'

const drain = (it: LiveLogin, inUse = false) => drainCredential(it.context, readIndex(it.context), inUse)

test('a copy that says what the profile says goes with the runtime, and is built again', async () => {
  await using it = await openLiveLogin('copy', { login: login('good') })
  expect(await drain(it)).toBeNull()
  expect(await tearDownRuntime(it.context)).toEqual([])
  expect(existsSync(it.lab.folders.runtime)).toBe(false)
  buildCopy(it.context)
  it.expectBoth(login('good'))
})

test('a login that the client wrote is taken over at a drain, beside live sessions too', async () => {
  await using it = await openLiveLogin('copy', { login: login('old') })
  for (const inUse of [true, false]) {
    writeByRename(it.live, login(`fresh ${inUse}`))
    expect(await drain(it, inUse)).toBeNull()
    it.expectBoth(login(`fresh ${inUse}`))
  }
  expect(it.lab.conflicts()).toEqual([])
  expect(await tearDownRuntime(it.context)).toEqual([])
})

test('a stored login that another process changed is not overwritten by the copy of the old one', async () => {
  await using it = await openLiveLogin('copy', { login: login('old') })
  writeByRename(it.lab.durableLogin, login('of another'), 1_000)
  expect(await drain(it)).toBeNull()
  it.expectBoth(login('of another'))
  expect(it.lab.conflicts()).toEqual([])
})

test('one that arrives after the drain keeps the runtime standing', async () => {
  await using it = await openLiveLogin('copy', { login: login('old') })
  await drain(it)
  writeByRename(it.live, login('late'))
  expect(await tearDownRuntime(it.context)).toEqual(['.credentials.json'])
  expect(await drain(it)).toBeNull()
  expect(readText(it.lab.durableLogin)).toBe(login('late'))
  expect(await tearDownRuntime(it.context)).toEqual([])
})

test('blanked or deleted is a logout once nobody runs, and neither beside a live session', async () => {
  for (const blanked of [blankedLogin(), null]) {
    await using it = await openLiveLogin('copy', { login: login('good') })
    if (blanked === null) rmSync(it.live)
    else writeByRename(it.live, blanked)
    expect(await drain(it, true)).toBeNull()
    expect(readText(it.lab.durableLogin)).toBe(login('good'))
    expect(await drain(it)).toBeNull()
    it.expectBoth(blanked)
    expect(it.lab.conflicts()).toEqual([login('good')])
    expect(await tearDownRuntime(it.context)).toEqual([])
  }
})

test('one that was cut off is kept aside, and one in the staging file of a killed client is taken', async () => {
  await using it = await openLiveLogin('copy', { login: login('good') })
  writeByRename(it.live, '{"claudeAiOauth":{"acc')
  writeFileSync(`${it.live}.tmp.9f3a`, login('minted'))
  expect(await drain(it)).toBeNull()
  expect(it.lab.conflicts()).toContain('{"claudeAiOauth":{"acc')
  expect(readText(it.lab.durableLogin)).toBe(login('minted'))
  expect(await tearDownRuntime(it.context)).toEqual([])

  buildCopy(it.context)
  writeFileSync(`${it.live}.tmp.9f3a`, login('minted again'))
  expect(await drain(it)).toBeNull()
  expect(readText(it.lab.durableLogin)).toBe(login('minted again'))
  expect(await tearDownRuntime(it.context)).toEqual([])
})

test('one in the staging file of a killed client is shown where its young locks keep the runtime standing: no logout', async () => {
  await using it = await openLiveLogin('copy', { login: login('old') })
  writeFileSync(`${it.live}.tmp.9f3a`, login('minted'))
  mkdirSync(it.lab.inRuntime('.oauth_refresh.lock'))
  expect(await drain(it)).toBeNull()
  it.expectBoth(login('minted'))
  expect(readIndex(it.context)?.phase).toBe('built')
  rmdirSync(it.lab.inRuntime('.oauth_refresh.lock'))
  expect(await it.heal()).toEqual({ state: 'in-step' })
  it.expectBoth(login('minted'))
})

test('a copy that perch was killed over is no second login', async () => {
  await using it = await openLiveLogin('copy', { login: login('good') })
  writeFileSync(it.lab.inRuntime('.0123456789ab.perch-tmp'), login('good'), { mode: 0o600 })
  expect(await drain(it)).toBeNull()
  expect(await tearDownRuntime(it.context)).toEqual([])
  expect(it.lab.conflicts()).toEqual([])
})

test('the client’s lock keeps it for later', async () => {
  await using it = await openLiveLogin('copy', { login: login('old') })
  writeByRename(it.live, login('fresh'))
  mkdirSync(it.lab.inRuntime('.oauth_refresh.lock'))
  expect(await drain(it, true)).toContain('.oauth_refresh.lock')
  expect(readText(it.lab.durableLogin)).toBe(login('old'))
})
