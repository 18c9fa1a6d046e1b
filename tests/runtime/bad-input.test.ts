import { execFileSync } from 'node:child_process'
import {
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmdirSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { removeProfile } from '../../src/profiles/remove-profile.js'
import { requiresPlatform, requiresRoot, skipOrFail } from '../kit/requirement.js'
import { login, openProfileLab, readJson, readText, writeByRename, writeNew } from './profile-lab.js'

test('a shared home that is a file, or a link in a circle, cannot be read', async () => {
  await using lab = await openProfileLab({ sharedHome: false })
  writeFileSync(lab.sharedHome, 'a file')
  await expect(lab.acquire()).rejects.toMatchObject({ code: 'shared-home-unreadable' })
  rmSync(lab.sharedHome)
  symlinkSync(lab.sharedHome, lab.sharedHome)
  await expect(lab.acquire()).rejects.toMatchObject({ code: 'shared-home-unreadable' })
  expect(readdirSync(lab.folders.leases)).toEqual([])
  expect(existsSync(lab.folders.runtime)).toBe(false)
})

test('a shared home that links to nowhere is not made in the place that the person took away', async () => {
  await using lab = await openProfileLab({ sharedHome: false })
  symlinkSync(join(lab.home, 'unplugged'), lab.sharedHome)
  await expect(lab.acquire()).rejects.toMatchObject({ code: 'shared-home-unreadable' })
  expect(existsSync(join(lab.home, 'unplugged'))).toBe(false)
})

test('entries of the shared home that lead nowhere or in circles are left out, the others are there', async () => {
  await using lab = await openProfileLab()
  symlinkSync('nowhere', lab.inShared('dangling'))
  symlinkSync('circle', lab.inShared('circle'))
  writeNew(lab.inShared('CLAUDE.md'), 'rules')
  await lab.acquire()
  expect(lstatSync(lab.inRuntime('dangling'), { throwIfNoEntry: false })).toBeUndefined()
  expect(lstatSync(lab.inRuntime('circle'), { throwIfNoEntry: false })).toBeUndefined()
  expect(readText(lab.inRuntime('CLAUDE.md'))).toBe('rules')
  await lab.release()
  expect(lstatSync(lab.inShared('dangling')).isSymbolicLink()).toBe(true)
})

test('a shared document that does not parse is left alone, and what the session changed waits', async () => {
  await using lab = await openProfileLab()
  writeNew(lab.globalDocument, '{"a":1}')
  await lab.acquire()
  await lab.release()
  writeFileSync(lab.globalDocument, '{"a":1,')
  const runtime = await lab.acquire()
  expect(runtime.notices.join()).toContain('is not a JSON document')
  expect(readJson(lab.inRuntime('.claude.json'))).toEqual({ a: 1 })
  writeByRename(lab.inRuntime('.claude.json'), '{"a":1,"b":2}')
  expect(await lab.release()).toMatchObject({ kept: true })
  expect(readText(lab.globalDocument)).toBe('{"a":1,')
  writeFileSync(lab.globalDocument, '{"a":1,"c":3}')
  expect(await lab.collect()).toMatchObject({ kept: false })
  expect(readJson(lab.globalDocument)).toEqual({ a: 1, b: 2, c: 3 })
})

test('a replica that does not parse is kept aside, and the profile goes on', async () => {
  await using lab = await openProfileLab()
  writeNew(lab.globalDocument, '{"a":1}')
  await lab.acquire()
  writeByRename(lab.inRuntime('.claude.json'), '{"a":1,"half')
  expect(await lab.release()).toMatchObject({ kept: false })
  expect(lab.conflicts()).toEqual(['{"a":1,"half'])
  expect(readText(lab.globalDocument)).toBe('{"a":1}')
})

test('folders in the place of the documents and of the login lose nothing', async () => {
  await using lab = await openProfileLab()
  writeNew(lab.durableLogin, login('good'))
  await lab.acquire()
  for (const name of ['.claude.json', '.credentials.json']) {
    rmSync(lab.inRuntime(name), { force: true })
    writeNew(lab.inRuntime(name, 'inside'), name)
  }
  expect(await lab.release()).toMatchObject({ kept: false })
  expect(lab.conflicts()).toEqual(expect.arrayContaining(['.claude.json', '.credentials.json']))
  expect(readText(lab.durableLogin)).toBe(login('good'))
  mkdirSync(lab.globalDocument)
  expect((await lab.acquire()).notices.join()).toContain('is not a JSON document')
  await lab.release()
})

test('sockets and pipes left by dead processes keep nothing standing', async () => {
  await using lab = await openProfileLab()
  await lab.acquire()
  execFileSync('mkfifo', [lab.inRuntime('pipe'), join(lab.folders.state, 'ide', 'pipe')])
  expect(await lab.release()).toMatchObject({ kept: false })
  expect(existsSync(lab.inShared('pipe'))).toBe(false)
})

test('a mode that there is not: a clear error, and nothing half-made', async () => {
  await using lab = await openProfileLab()
  await expect(lab.acquire('one', { PERCH_LINK_MODE: 'copies' })).rejects.toMatchObject({ code: 'link-mode-unavailable' })
  expect(existsSync(lab.folders.runtime)).toBe(false)
  expect((await lab.acquire('one', { PERCH_LINK_MODE: 'link' })).linkMode).toBe('link')
  await lab.release()
})

test('a profile that was removed while the start waited', async () => {
  await using lab = await openProfileLab()
  await removeProfile(lab.paths, 'work')
  await expect(lab.acquire()).rejects.toMatchObject({ code: 'profile-not-found' })
  expect(existsSync(lab.folders.root)).toBe(false)
  expect(await lab.release()).toMatchObject({ kept: false })
})

test('odd names and odd keys survive a round', async () => {
  await using lab = await openProfileLab()
  const name = `ünïcode ${'x'.repeat(200)} ✓`
  writeNew(lab.globalDocument, '{"__proto__":{"x":1},"constructor":2,"":3}')
  await lab.acquire()
  writeNew(lab.inRuntime(name), 'odd')
  writeNew(lab.inRuntime('-rf'), 'dash')
  writeByRename(lab.inRuntime('.claude.json'), '{"__proto__":{"x":1,"y":2},"constructor":2,"":3,"new":4}')
  await lab.release()
  expect(readText(lab.inShared(name))).toBe('odd')
  expect(readText(lab.inShared('-rf'))).toBe('dash')
  expect(readText(lab.globalDocument)).toBe('{"__proto__":{"x":1,"y":2},"constructor":2,"":3,"new":4}')
})

test('a full disk: an error with its code, the login stays in the runtime, and later nothing is missing', async (context) => {
  requiresPlatform(context, 'linux')
  requiresRoot(context)
  if (!canMount()) skipOrFail(context, 'needs the right to mount a small file system')
  await using lab = await openProfileLab()
  const { credentials, state } = lab.folders
  writeNew(lab.durableLogin, login('old'))
  await lab.acquire()
  writeByRename(lab.inRuntime('.credentials.json'), login('fresh'))
  writeByRename(lab.inRuntime('.claude.json'), '{"oauthAccount":{"of":"work"},"added":1}')
  using _full = fullDisks([credentials, state])
  expect(await lab.release()).toMatchObject({ kept: true })
  expect(readText(lab.inRuntime('.credentials.json'))).toBe(login('fresh'))
  _full.free()
  expect(await lab.collect()).toMatchObject({ kept: false })
  expect(readText(lab.durableLogin)).toBe(login('fresh'))
  expect(readJson(lab.globalDocument)).toEqual({ added: 1 })
})

test('a shared home that may only be read serves, says so, and gets what waits as soon as it can be written', async (context) => {
  requiresPlatform(context, 'linux')
  requiresRoot(context)
  if (!canMount()) skipOrFail(context, 'needs the right to mount a small file system')
  await using lab = await openProfileLab()
  execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=1m', 'tmpfs', lab.sharedHome])
  try {
    writeNew(lab.inShared('CLAUDE.md'), 'rules')
    execFileSync('mount', ['-o', 'remount,ro', lab.sharedHome])
    const { notices } = await lab.acquire()
    expect(notices.join()).toContain('cannot be written')
    expect(readText(lab.inRuntime('CLAUDE.md'))).toBe('rules')
    writeNew(lab.inRuntime('NOTES.md'), 'remember')
    expect(await lab.release()).toMatchObject({ kept: true, why: expect.stringContaining('NOTES.md') })
    execFileSync('mount', ['-o', 'remount,rw', lab.sharedHome])
    expect(await lab.collect()).toMatchObject({ kept: false })
    expect(readText(lab.inShared('NOTES.md'))).toBe('remember')
  } finally {
    execFileSync('umount', ['-l', lab.sharedHome])
  }
})

/** Root in a container may lack the capability. */
function canMount(): boolean {
  const folder = mkdtempSync(join(tmpdir(), 'mount-'))
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=4k', 'tmpfs', folder], { stdio: 'ignore' })
    execFileSync('umount', ['-l', folder])
    return true
  } catch {
    return false
  } finally {
    rmdirSync(folder)
  }
}

/** Small file systems over these folders, filled to the last byte. */
function fullDisks(folders: readonly string[]) {
  const mounted: string[] = []
  const free = () => {
    while (mounted.length > 0) execFileSync('umount', ['-l', mounted.pop() ?? ''])
  }
  for (const folder of folders) {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=16k', 'tmpfs', folder], { stdio: 'ignore' })
    mounted.push(folder)
    try {
      writeFileSync(join(folder, 'filler'), Buffer.alloc(64 * 1024))
    } catch {
      // Full, as it should be.
    }
  }
  return { free, [Symbol.dispose]: free }
}
