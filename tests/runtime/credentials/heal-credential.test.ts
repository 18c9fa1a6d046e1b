import { lstatSync, mkdirSync, readdirSync, rmdirSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { createLease } from '../../../src/platform/files/lease-file.js'
import { identifyProcess } from '../../../src/platform/process/process-identity.js'
import { LOCKED_AT_MOST_MS, LOGOUT_AFTER_MS, WHOLE_WITHIN_MS } from '../../../src/runtime/credentials/credential-waits.js'
import { blankedLogin, login, readText, writeByRename } from '../profile-lab.js'
import { openLiveLogin } from './live-login.js'

const IN_STEP = { state: 'in-step' }
const mcp = (server: string) => ({ mcpOAuth: { [server]: { token: server } } })

describe.each(['link', 'copy'] as const)('%s mode', (mode) => {
  test('a login that the client replaced is taken over, with its time and its unknown fields, and nothing is kept aside', async () => {
    await using it = await openLiveLogin(mode, { login: login('old') })
    it.expectBoth(login('old'))
    for (const token of ['first', 'second']) {
      const fresh = login(token, { ...mcp('a'), future: 1 })
      writeByRename(it.live, fresh, 1_000_000)
      expect(await it.heal()).toEqual(IN_STEP)
      it.expectBoth(fresh)
      expect(statSync(it.lab.durableLogin)).toMatchObject({ mode: 0o100600, mtimeMs: 1_000_000 })
    }
    expect(it.lab.conflicts()).toEqual([])
    expect(await it.heal()).toEqual(IN_STEP)
    expect(it.lab.journal().map(({ what }) => what)).toEqual(['login-adopted', 'login-adopted'])
    expect(readdirSync(it.lab.folders.runtime).filter((name) => name.endsWith('.lock') || name.includes('perch-tmp'))).toEqual([])
  })

  test('a first login', async () => {
    await using it = await openLiveLogin(mode)
    expect(await it.heal()).toEqual(IN_STEP)
    it.expectBoth(null)
    writeByRename(it.live, login('first'))
    expect(await it.heal()).toEqual(IN_STEP)
    it.expectBoth(login('first'))
  })

  test('waits while the client holds one of its locks, and says which; it does not wait for ever', async () => {
    await using it = await openLiveLogin(mode, { login: login('old') })
    writeByRename(it.live, login('fresh'))
    const lock = it.lab.inRuntime('.storage-write.lock')
    mkdirSync(lock)
    const waiting = await it.heal()
    expect(waiting).toMatchObject({ state: 'waiting', why: expect.stringContaining(lock) })
    expect(waiting.state === 'waiting' && waiting.againInMs).toBeLessThan(100)
    it.passMs(LOCKED_AT_MOST_MS)
    expect(await it.heal()).toMatchObject({ state: 'blocked', why: expect.stringContaining('60 s') })
    rmdirSync(lock)
    expect(await it.heal()).toEqual(IN_STEP)
    it.expectBoth(login('fresh'))
  })

  test.each(['', '{}', '{"claudeAiOauth":{"accessTok', 'null'])('%j is in the middle of a write', async (half) => {
    await using it = await openLiveLogin(mode, { login: login('good') })
    writeByRename(it.live, half)
    expect(await it.heal()).toMatchObject({ state: 'waiting' })
    writeByRename(it.live, login('whole'))
    expect(await it.heal()).toEqual(IN_STEP)
    it.expectBoth(login('whole'))
    writeByRename(it.live, half)
    expect(await it.heal()).toMatchObject({ state: 'waiting' })
    it.passMs(WHOLE_WITHIN_MS)
    expect(await it.heal()).toMatchObject({ state: 'blocked', why: expect.stringContaining('not whole') })
    expect(statSync(it.live).size).toBe(half.length)
    expect(statSync(it.lab.durableLogin).size).toBe(login('whole').length)
  })

  const ways = [
    ['blanked', blankedLogin(mcp('a'))],
    ['deleted', null],
  ] as const
  describe.each(ways)('a login that the client %s', (_, blanked) => {
    const end = (live: string) => (blanked === null ? rmSync(live) : writeByRename(live, blanked))

    test('is a logout when it stays so: the old one is kept aside, and it is said', async () => {
      await using it = await openLiveLogin(mode, { login: login('good') })
      end(it.live)
      expect(await it.heal()).toMatchObject({ state: 'waiting', againInMs: LOGOUT_AFTER_MS })
      it.passMs(LOGOUT_AFTER_MS - 1)
      expect(await it.heal()).toMatchObject({ state: 'waiting', againInMs: 1 })
      expect(it.context.notices).toEqual([])
      it.passMs(1)
      expect(await it.heal()).toEqual(IN_STEP)
      it.expectBoth(blanked)
      expect(it.lab.conflicts()).toEqual([login('good')])
      expect(it.context.notices.join()).toContain('logged out')
      expect(it.lab.journal().filter(({ what }) => what === 'logged-out')).toHaveLength(1)
      writeByRename(it.live, login('again'))
      expect(await it.heal()).toEqual(IN_STEP)
      it.expectBoth(login('again'))
    })

    test('is none when another login comes in time', async () => {
      await using it = await openLiveLogin(mode, { login: login('good') })
      end(it.live)
      await it.heal()
      it.passMs(LOGOUT_AFTER_MS - 1)
      writeByRename(it.live, login('next'))
      expect(await it.heal()).toEqual(IN_STEP)
      it.expectBoth(login('next'))
      end(it.live)
      it.passMs(1)
      expect(await it.heal()).toMatchObject({ state: 'waiting', againInMs: LOGOUT_AFTER_MS })
      expect(it.lab.conflicts()).toEqual([])
    })

    test('is none while the client holds a lock: the time starts again after it', async () => {
      await using it = await openLiveLogin(mode, { login: login('good') })
      end(it.live)
      await it.heal()
      it.passMs(LOGOUT_AFTER_MS)
      mkdirSync(it.lab.inRuntime('.oauth_refresh.lock'))
      expect(await it.heal()).toMatchObject({ state: 'waiting', why: expect.stringContaining('.oauth_refresh.lock') })
      rmdirSync(it.lab.inRuntime('.oauth_refresh.lock'))
      expect(await it.heal()).toMatchObject({ state: 'waiting', againInMs: LOGOUT_AFTER_MS })
    })
  })

  test('a file without a login is kept and merged', async () => {
    await using it = await openLiveLogin(mode)
    writeByRename(it.live, JSON.stringify(mcp('a')))
    expect(await it.heal()).toEqual(IN_STEP)
    it.expectBoth(JSON.stringify(mcp('a')))
    writeByRename(it.live, login('good', mcp('a')))
    await it.heal()
    writeByRename(it.live, JSON.stringify(mcp('b')))
    expect(await it.heal()).toEqual(IN_STEP)
    it.expectBoth(login('good', { mcpOAuth: { ...mcp('a').mcpOAuth, ...mcp('b').mcpOAuth } }))
  })

  test('a stored login that is later than the runtime’s stays, and the other is kept aside', async () => {
    await using it = await openLiveLogin(mode, { login: login('base') })
    writeByRename(it.live, login('of the session'), 1_000)
    writeByRename(it.lab.durableLogin, login('of another'), 2_000)
    expect(await it.heal()).toEqual(IN_STEP)
    it.expectBoth(login('of another'))
    expect(it.lab.conflicts()).toEqual([login('of the session')])
  })

  test('a stored login that changed while the runtime’s did not is seen there', async () => {
    await using it = await openLiveLogin(mode, { login: login('base') })
    writeByRename(it.lab.durableLogin, login('of another'), 1_000)
    expect(await it.heal()).toEqual(IN_STEP)
    it.expectBoth(login('of another'))
    expect(it.lab.conflicts()).toEqual([])
  })

  test('a folder, and a link to somewhere, in the place of the login are kept aside', async () => {
    await using it = await openLiveLogin(mode, { login: login('good') })
    rmSync(it.live)
    mkdirSync(join(it.live, 'inside'), { recursive: true })
    expect(await it.heal()).toEqual(IN_STEP)
    it.expectBoth(login('good'))
    rmSync(it.live)
    symlinkSync('/nowhere', it.live)
    expect(await it.heal()).toEqual(IN_STEP)
    it.expectBoth(login('good'))
  })

  test('a runtime that is being built or removed is left alone', async () => {
    await using it = await openLiveLogin(mode, { login: login('good') })
    const index = join(it.lab.folders.sync, 'index.json')
    writeFileSync(index, readText(index).replace('"built"', '"removing"'))
    rmSync(it.live)
    expect(await it.heal()).toEqual(IN_STEP)
    expect(lstatSync(it.live, { throwIfNoEntry: false })).toBeUndefined()
    expect(statSync(it.lab.durableLogin).size).toBe(login('good').length)
  })
})

test('an agent that writes in place writes through the link, and its later logout is one', async () => {
  await using it = await openLiveLogin('link', { agent: 'gemini' })
  const written = '{"access_token":"a","refresh_token":"b"}'
  writeFileSync(it.live, written)
  expect(await it.heal()).toEqual(IN_STEP)
  it.expectBoth(written)
  rmSync(it.live)
  await it.heal()
  it.passMs(LOGOUT_AFTER_MS)
  expect(await it.heal()).toEqual(IN_STEP)
  it.expectBoth(null)
  expect(it.lab.conflicts()).toEqual([written])
})

test('a session that starts while a logout is not yet sure does not undo it', async () => {
  await using it = await openLiveLogin('link', { login: login('good') })
  const me = identifyProcess(process.pid)
  if (me === undefined) throw new Error('this process has no identity')
  rmSync(join(it.lab.folders.leases, 'one.json'))
  createLease(join(it.lab.folders.leases, 'one.json'), 'one', me)
  rmSync(it.live)
  await it.heal()
  await it.lab.acquire('two')
  expect(lstatSync(it.live, { throwIfNoEntry: false })).toBeUndefined()
  it.passMs(LOGOUT_AFTER_MS)
  expect(await it.heal()).toEqual(IN_STEP)
  it.expectBoth(null)
  expect(it.lab.conflicts()).toEqual([login('good')])
})

test('a client that writes without locks in the middle of a heal loses nothing', async () => {
  await using it = await openLiveLogin('link', { login: '{"access_token":"old"}', agent: 'gemini' })
  writeByRename(it.live, '{"access_token":"first"}')
  // The journal is written between the decision and the relink: the client writes just then.
  const write = it.context.journal.write.bind(it.context.journal)
  let isWritten = false
  Object.assign(it.context.journal, {
    write: (line: Parameters<typeof write>[0]) => {
      write(line)
      if (!isWritten) writeByRename(it.live, '{"access_token":"second"}')
      isWritten = true
    },
  })
  expect(await it.heal()).toEqual(IN_STEP)
  it.expectBoth('{"access_token":"second"}')
})
