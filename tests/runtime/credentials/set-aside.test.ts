/** What is set aside from the place of a login, and that nobody is logged out by it. */
import { existsSync, mkdirSync, readdirSync, rmSync, symlinkSync, utimesSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { hasStranger } from '../../../src/runtime/credentials/credential-leftovers.js'
import { login, openProfileLab, readText, showsLogin, writeByRename, writeNew } from '../profile-lab.js'
import { openLiveLogin } from './live-login.js'

/** Older than any lock of the client may become. */
const LONG_AGO = new Date(Date.now() - 3_600_000)

describe.each(['link', 'copy'] as const)('in %s mode', (linkMode) => {
  test('a login that was cut off, in a runtime that a lock of the client keeps standing, logs nobody out', async () => {
    await using lab = await openProfileLab({ linkMode })
    writeNew(lab.durableLogin, login('good'))
    await lab.acquire()
    writeByRename(lab.inRuntime('.credentials.json'), '{"claudeAiOauth":{"acc')
    const lock = lab.inRuntime('.storage-write.lock')
    mkdirSync(lock)
    expect(await lab.release()).toMatchObject({ kept: true })
    expect(showsLogin(lab)).toBe(true)
    utimesSync(lock, LONG_AGO, LONG_AGO)
    expect(await lab.collect()).toMatchObject({ kept: false })
    expect(readText(lab.durableLogin)).toBe(login('good'))
    expect(lab.conflicts()).toEqual(['{"claudeAiOauth":{"acc'])
  })

  test('a folder in the place of the login waits for the locks of the client, and is kept then', async () => {
    await using lab = await openProfileLab({ linkMode })
    writeNew(lab.durableLogin, login('good'))
    await lab.acquire()
    const shown = lab.inRuntime('.credentials.json')
    rmSync(shown)
    writeNew(join(shown, 'mine'), 'of somebody')
    const lock = lab.inRuntime('.storage-write.lock')
    mkdirSync(lock)
    expect(await lab.release()).toMatchObject({ kept: true })
    expect(readdirSync(shown)).toEqual(['mine'])
    utimesSync(lock, LONG_AGO, LONG_AGO)
    expect(await lab.collect()).toMatchObject({ kept: false })
    expect(readText(lab.durableLogin)).toBe(login('good'))
    expect(lab.conflicts()).toEqual(['of somebody'])
  })

  test('a login of the client is no stranger, nor is a name that is missing; a link to elsewhere is one', async () => {
    await using it = await openLiveLogin(linkMode, { login: login('good') })
    expect(hasStranger(it.context)).toBe(false)
    writeByRename(it.live, login('fresh'))
    expect(hasStranger(it.context)).toBe(false)
    rmSync(it.live)
    expect([hasStranger(it.context), existsSync(it.live)]).toEqual([false, false])
    symlinkSync('/nowhere', it.live)
    expect(hasStranger(it.context)).toBe(true)
  })
})
