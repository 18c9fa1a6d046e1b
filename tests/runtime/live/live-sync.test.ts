import { existsSync, lstatSync, mkdirSync, readlinkSync, renameSync, rmdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { watchFolder } from '../../../src/platform/watch/folder-watch.js'
import { seen } from '../../kit/bounded.js'
import { login, type ProfileLab, readJson, readText, writeByRename, writeNew } from '../profile-lab.js'
import { openLiveLab } from './live-lab.js'

/** Changes a document as the client does: reads it, changes it, replaces it. */
function change(path: string, changes: Record<string, unknown>): void {
  writeByRename(path, JSON.stringify({ ...(existsSync(path) ? readJson(path) : {}), ...changes }, null, 2))
}

function has(path: string, key: string, value: unknown): boolean {
  return existsSync(path) && JSON.stringify(readJson(path)[key]) === JSON.stringify(value)
}

function isLinked(lab: ProfileLab): boolean {
  return lstatSync(lab.inRuntime('.credentials.json'), { throwIfNoEntry: false })?.isSymbolicLink() ?? false
}

describe('while sessions run', () => {
  test('a login that the client put in place of the link is the durable one at once, and the link is back', async () => {
    await using lab = await openLiveLab()
    const { first } = lab
    writeNew(first.durableLogin, login('old'))
    await lab.acquire(first)
    for (let n = 0; n < 5; n++) {
      writeByRename(first.inRuntime('.credentials.json'), login(`fresh${n}`))
      await seen('the link', () => isLinked(first))
      expect(readText(first.durableLogin)).toBe(login(`fresh${n}`))
      expect(readlinkSync(first.inRuntime('.credentials.json'))).toBe(first.durableLogin)
    }
  })

  test('a key that one session changed is in the shared document, in every other runtime, and in no other account', async () => {
    await using lab = await openLiveLab()
    const { first } = lab
    writeNew(first.globalDocument, '{"theme":"dark","oauthAccount":{"of":"person"}}')
    const others = [await lab.add('play'), await lab.add('client')]
    for (const profile of [first, ...others]) await lab.acquire(profile)
    change(first.inRuntime('.claude.json'), { added: 1, oauthAccount: { of: 'work' } })
    for (const path of [first.globalDocument, ...others.map((other) => other.inRuntime('.claude.json'))]) {
      await seen(`the key in ${path}`, () => has(path, 'added', 1))
    }
    expect(readJson(first.globalDocument).oauthAccount).toEqual({ of: 'person' })
    for (const other of others) expect(readJson(other.inRuntime('.claude.json'))).not.toHaveProperty('oauthAccount')
    expect(readJson(first.inRuntime('.claude.json')).oauthAccount).toEqual({ of: 'work' })
  })

  test('what an agent on the plain home changes, which perch did not start, reaches every profile', async () => {
    await using lab = await openLiveLab()
    const { first } = lab
    writeNew(first.globalDocument, '{"theme":"dark"}')
    writeNew(first.inShared('settings.json'), '{"a":1}')
    const other = await lab.add('play')
    for (const profile of [first, other]) await lab.acquire(profile)
    change(first.globalDocument, { theme: 'light', oauthAccount: { of: 'person' } })
    change(first.inShared('settings.json'), { b: 2 })
    for (const profile of [first, other]) {
      await seen('the theme', () => has(profile.inRuntime('.claude.json'), 'theme', 'light'))
      await seen('the setting', () => has(profile.inRuntime('settings.json'), 'b', 2))
      expect(readJson(profile.inRuntime('.claude.json'))).not.toHaveProperty('oauthAccount')
    }
  })

  test('two sessions that change different keys at the same time both keep their change', async () => {
    await using lab = await openLiveLab()
    const { first } = lab
    writeNew(first.globalDocument, '{"theme":"dark"}')
    const other = await lab.add('play')
    for (const profile of [first, other]) await lab.acquire(profile)
    for (let n = 0; n < 20; n++) {
      change(first.inRuntime('.claude.json'), { [`work${n}`]: n })
      change(other.inRuntime('.claude.json'), { [`play${n}`]: n })
      for (const path of [first.inRuntime('.claude.json'), other.inRuntime('.claude.json'), first.globalDocument]) {
        await seen('both keys', () => has(path, `work${n}`, n) && has(path, `play${n}`, n))
      }
    }
  })

  test('what the end of a session brings into the shared document is in the other runtimes at once', async () => {
    await using lab = await openLiveLab()
    const { first } = lab
    writeNew(first.globalDocument, '{"theme":"dark"}')
    const other = await lab.add('play')
    await lab.acquire(other)
    // Not watched, as between a last write and the release.
    await first.acquire()
    await lab.idle()
    change(first.inRuntime('.claude.json'), { last: 'words' })
    await first.release()
    await seen('the key', () => has(other.inRuntime('.claude.json'), 'last', 'words'))
  })

  test('a runtime that an embedding program built is taken in, and one that it took down is let go of', async () => {
    await using lab = await openLiveLab()
    const { first } = lab
    lab.live.start()
    await first.acquire()
    await seen('that it is live', () => lab.live.get('work') !== undefined)
    await lab.idle()
    change(first.inRuntime('.claude.json'), { added: 1 })
    await seen('the key', () => has(first.globalDocument, 'added', 1))
    await lab.idle()
    expect(await first.release()).toMatchObject({ kept: false })
    await seen('that it is not live any more', () => lab.live.get('work') === undefined)
  })

  test('its own writes do not wake it', async () => {
    await using lab = await openLiveLab()
    const { first } = lab
    const other = await lab.add('play')
    writeNew(first.globalDocument, '{"theme":"dark"}')
    for (const profile of [first, other]) await lab.acquire(profile)
    await lab.idle()
    change(first.inRuntime('.claude.json'), { added: 1 })
    await seen('the key', () => has(other.inRuntime('.claude.json'), 'added', 1))
    await lab.idle()
    const before = lab.live.get('play')?.lastPassAt
    // A write that is watched too, and of which nobody has to be told: once it is noticed, all earlier events were.
    writeByRename(first.inRuntime('.credentials.json'), login('later'))
    await seen('the link', () => isLinked(first))
    await lab.idle()
    expect(lab.live.get('play')?.lastPassAt).toBe(before)
  })
})

describe('a shared home', () => {
  test('that is swapped for another folder is watched again', async () => {
    await using lab = await openLiveLab()
    const { first } = lab
    writeNew(first.inShared('settings.json'), '{"a":1}')
    await lab.acquire(first)
    await lab.idle()
    renameSync(first.sharedHome, join(first.home, 'old'))
    mkdirSync(first.sharedHome)
    writeNew(first.inShared('settings.json'), '{"a":1,"b":2}')
    await seen('the key of the new folder', () => has(first.inRuntime('settings.json'), 'b', 2))
    change(first.inShared('settings.json'), { c: 3 })
    await seen('a later key', () => has(first.inRuntime('settings.json'), 'c', 3))
  })

  test('that is gone is not made again, and the agent keeps running', async () => {
    await using lab = await openLiveLab()
    const { first } = lab
    await lab.acquire(first)
    await lab.idle()
    rmSync(first.sharedHome, { recursive: true })
    await seen('the trouble', () => lab.live.get('work')?.parts.some(({ outcome }) => outcome.state === 'blocked') ?? false)
    expect(existsSync(first.sharedHome)).toBe(false)
  })
})

test('a profile that cannot be looked at keeps neither the others from being so, nor anything else from happening', async () => {
  await using lab = await openLiveLab()
  const { first } = lab
  writeNew(first.globalDocument, '{"theme":"dark"}')
  const other = await lab.add('play')
  for (const profile of [first, other]) await lab.acquire(profile)
  await lab.idle()
  const lock = join(first.perchHome, 'locks', 'profile-work.lock')
  rmSync(lock)
  mkdirSync(lock)
  writeByRename(first.inRuntime('.credentials.json'), login('fresh'))
  await seen('that it is said', () => lab.notices.some((notice) => notice.startsWith('work: it was not looked at')))
  writeByRename(other.inRuntime('.credentials.json'), login('of play'))
  change(other.inRuntime('.claude.json'), { added: 1 })
  await seen('the login of the other', () => isLinked(other))
  await seen('the key of the other', () => has(first.globalDocument, 'added', 1))
  rmdirSync(lock)
  await seen('the login, once it can be looked at', () => isLinked(first))
  expect(lab.notices.length).toBeLessThan(50)
})

describe('without watches', () => {
  test('logins and documents are polled, which the status says', async () => {
    const refuse = () => {
      throw Object.assign(new Error('no space left for watches'), { code: 'ENOSPC' })
    }
    await using lab = await openLiveLab({ watch: refuse })
    const { first } = lab
    writeNew(first.globalDocument, '{"theme":"dark"}')
    const other = await lab.add('play')
    for (const profile of [first, other]) await lab.acquire(profile)
    await lab.idle()
    expect(lab.live.get('work')?.watching).toMatchObject({ kind: 'poll', why: expect.stringContaining('no space left') })
    writeByRename(first.inRuntime('.credentials.json'), login('fresh'))
    await seen('the link', () => isLinked(first))
    change(first.inRuntime('.claude.json'), { added: 1 })
    await seen('the key', () => has(other.inRuntime('.claude.json'), 'added', 1))
  })

  test('that are granted again later, it is told by events again', async () => {
    let isRefused = true
    await using lab = await openLiveLab({
      watch: (path, listener) => {
        if (isRefused) throw Object.assign(new Error('no space left for watches'), { code: 'ENOSPC' })
        return watchFolder(path, listener)
      },
    })
    await lab.acquire(lab.first)
    await lab.idle()
    isRefused = false
    lab.live.slowPass()
    await seen('the events', () => lab.live.get('work')?.watching.kind === 'events')
  })
})
