import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import {
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  renameSync,
  rmdirSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { identifyProcess } from '../../src/platform/process/process-identity.js'
import { JOURNAL_LIMIT_BYTES, openJournal } from '../../src/runtime/journal.js'
import { KEPT_ASIDE_LIMIT } from '../../src/runtime/tree/kept-aside.js'
import { moveAcross } from '../../src/runtime/tree/move-entry.js'
import { STAGING_LIFE_MS } from '../../src/runtime/tree/sweep-staging.js'
import { login, openProfileLab, readJson, readText, writeByRename, writeNew } from './profile-lab.js'

test('a change that is merged already is not brought again over what others wrote since', async () => {
  await using lab = await openProfileLab()
  writeNew(lab.globalDocument, '{"theme":"dark"}')
  await lab.acquire()
  writeByRename(lab.inRuntime('.claude.json'), '{"theme":"light"}')
  mkdirSync(lab.inRuntime('.oauth_refresh.lock'))
  expect(await lab.release()).toMatchObject({ kept: true })
  expect(readJson(lab.globalDocument)).toEqual({ theme: 'light' })
  writeByRename(lab.globalDocument, '{"theme":"of the person"}')
  writeByRename(lab.inRuntime('.claude.json'), '{"theme":"light","added":1}', Date.now() + 60_000)
  rmSync(lab.inRuntime('.oauth_refresh.lock'), { recursive: true })
  expect(await lab.collect()).toMatchObject({ kept: false })
  expect(readJson(lab.globalDocument)).toEqual({ theme: 'of the person', added: 1 })
})

test('a link to the login that is missing after a removal or a build was cut short is no logout', async () => {
  await using lab = await openProfileLab()
  writeNew(lab.durableLogin, login('good'))
  const index = join(lab.folders.sync, 'index.json')
  for (const phase of ['removing', 'building']) {
    await lab.acquire()
    writeFileSync(index, JSON.stringify({ ...readJson(index), phase }))
    rmSync(lab.inRuntime('.credentials.json'))
    await lab.release()
    expect(readText(lab.durableLogin)).toBe(login('good'))
  }
})

test('a shared document that a client reset gets back what it had, and the reset one is kept aside', async () => {
  await using lab = await openProfileLab()
  const full = { a: 1, b: 2, c: 3, projects: { '/x': {}, '/y': {}, '/z': {} } }
  writeNew(lab.globalDocument, JSON.stringify({ ...full, oauthAccount: { of: 'person' } }))
  await lab.acquire()
  writeByRename(lab.globalDocument, '{"a":9,"oauthAccount":{"of":"person"}}')
  writeByRename(lab.inRuntime('.claude.json'), JSON.stringify({ ...full, added: 1 }))
  await lab.release()
  expect(readJson(lab.globalDocument)).toEqual({ ...full, added: 1, oauthAccount: { of: 'person' } })
  expect(lab.conflicts()).toEqual(['{"a":9,"oauthAccount":{"of":"person"}}'])
})

test('beside a live session a second one gets what the shared document has become, and the other way round', async () => {
  await using lab = await openProfileLab()
  writeNew(lab.globalDocument, '{"theme":"dark","mcpServers":{}}')
  await lab.acquire()
  writeByRename(lab.globalDocument, '{"theme":"dark","mcpServers":{"of-person":{}}}')
  writeByRename(lab.inRuntime('.claude.json'), '{"theme":"light","mcpServers":{},"oauthAccount":{"of":"work"}}')
  await lab.acquire('two')
  expect(readJson(lab.inRuntime('.claude.json'))).toEqual({
    theme: 'light',
    mcpServers: { 'of-person': {} },
    oauthAccount: { of: 'work' },
  })
  expect(readJson(lab.globalDocument)).toEqual({ theme: 'light', mcpServers: { 'of-person': {} } })
  await lab.release()
  await lab.release('two')
})

test('beside a live session nothing that it made is touched, and what is new is linked', async () => {
  await using lab = await openProfileLab()
  writeNew(lab.inShared('CLAUDE.md'), 'rules')
  await lab.acquire()
  writeByRename(lab.inRuntime('CLAUDE.md'), 'being written')
  rmSync(lab.inRuntime('plans'))
  symlinkSync('/elsewhere', lab.inRuntime('plans'))
  writeNew(lab.inRuntime('open-folder', 'a'), 'open')
  writeNew(lab.inShared('new.md'), 'new')
  await lab.acquire('two')
  expect(lstatSync(lab.inRuntime('CLAUDE.md')).isFile()).toBe(true)
  expect(readlinkSync(lab.inRuntime('plans'))).toBe('/elsewhere')
  expect(lstatSync(lab.inRuntime('open-folder')).isDirectory()).toBe(true)
  expect(readText(lab.inRuntime('new.md'))).toBe('new')
  await lab.release()
  await lab.release('two')
  expect(readText(lab.inShared('CLAUDE.md'))).toBe('being written')
  expect(readText(lab.inShared('open-folder', 'a'))).toBe('open')
  expect(statSync(lab.inShared('plans')).isDirectory()).toBe(true)
})

test.each(['link', 'copy'] as const)(
  'a file that belongs on a disk which is not there waits for it (%s mode)',
  async (linkMode) => {
    await using lab = await openProfileLab({ linkMode })
    const disk = join(lab.home, 'disk')
    writeNew(join(disk, 'CLAUDE.md'), 'old')
    symlinkSync(join(disk, 'CLAUDE.md'), lab.inShared('CLAUDE.md'))
    await lab.acquire()
    writeByRename(lab.inRuntime('CLAUDE.md'), 'new')
    renameSync(disk, `${disk}-unplugged`)
    expect(await lab.release()).toMatchObject({ kept: true })
    expect(existsSync(disk)).toBe(false)
    renameSync(`${disk}-unplugged`, disk)
    expect(await lab.collect()).toMatchObject({ kept: false })
    expect(readText(join(disk, 'CLAUDE.md'))).toBe('new')
    expect(readlinkSync(lab.inShared('CLAUDE.md'))).toBe(join(disk, 'CLAUDE.md'))
  },
)

test('a lock of the agent that perch held when it was killed is given back; one of the agent is not', async () => {
  await using lab = await openProfileLab()
  writeNew(lab.durableLogin, login('old'))
  await lab.acquire()
  writeByRename(lab.inRuntime('.credentials.json'), login('fresh'))
  const gone = spawn('sleep', ['60'], { stdio: 'ignore' })
  const holder = identifyProcess(gone.pid ?? 0)
  gone.kill('SIGKILL')
  await once(gone, 'exit')
  const lock = lab.inRuntime('.oauth_refresh.lock')
  const note = join(lab.folders.sync, 'held-client-locks.json')
  const noted = () => JSON.stringify({ holder, taking: [lock], folders: [{ path: lock, ino: statSync(lock).ino }] })
  // The agent's, which may have got the number of the inode that perch's had.
  mkdirSync(lock)
  writeFileSync(note, noted())
  expect(await lab.release()).toMatchObject({ kept: true })
  expect(existsSync(lock)).toBe(true)
  rmdirSync(lock)
  mkdirSync(lock, 0o500)
  writeFileSync(note, noted())
  expect(await lab.collect()).toMatchObject({ kept: false })
  expect(readText(lab.durableLogin)).toBe(login('fresh'))
})

test('a move across file systems keeps modes, times and links, and is whole or not there', () => {
  const folder = mkdtempSync(join(tmpdir(), 'move-'))
  try {
    const source = join(folder, 'source')
    writeNew(join(source, 'deep', 'hook.sh'), '#!/bin/sh')
    execFileSync('chmod', ['755', join(source, 'deep', 'hook.sh')])
    utimesSync(join(source, 'deep', 'hook.sh'), 1, 2)
    symlinkSync('deep/hook.sh', join(source, 'link'))
    execFileSync('mkfifo', [join(source, 'pipe')])
    const target = join(folder, 'target')
    moveAcross(source, target)
    expect(readdirSync(folder)).toEqual(['target'])
    expect(readdirSync(target).sort()).toEqual(['deep', 'link'])
    expect(statSync(join(target, 'deep', 'hook.sh'))).toMatchObject({ mode: 0o100755, mtimeMs: 2_000 })
    expect(readlinkSync(join(target, 'link'))).toBe('deep/hook.sh')
    expect(() => moveAcross(join(folder, 'missing'), join(folder, 'other'))).toThrow()
    expect(readdirSync(folder)).toEqual(['target'])
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
})

test('a note that a power cut has emptied shuts nobody out', async () => {
  await using lab = await openProfileLab()
  writeNew(lab.durableLogin, login('old'))
  const { leasePath } = await lab.acquire()
  writeByRename(lab.inRuntime('.credentials.json'), login('fresh'))
  rmSync(leasePath ?? '')
  writeNew(join(lab.folders.sync, 'held-client-locks.json'), '')
  writeNew(join(lab.folders.sync, 'base', 'settings.json.overlay'), '')
  await lab.acquire('two')
  expect(readText(lab.durableLogin)).toBe(login('fresh'))
  await lab.release('two')
})

test('staging files of perch that are old are swept, young ones may be somebody’s', async () => {
  await using lab = await openProfileLab()
  const dotfiles = join(lab.root, 'dotfiles')
  writeNew(join(dotfiles, 'settings.json'), '{}')
  symlinkSync(join(dotfiles, 'settings.json'), lab.inShared('settings.json'))
  symlinkSync(join(lab.root, 'nowhere'), lab.inShared('dangling'))
  const kept = join(lab.paths.state, 'conflicts', lab.profile.name)
  const folders = [lab.sharedHome, lab.home, dotfiles, kept, lab.folders.credentials, lab.folders.sync]
  const [old, young] = ['old', 'young'].map((name) => folders.map((folder) => join(folder, `${name}.perch-tmp`)))
  for (const path of [...(old ?? []), ...(young ?? [])]) writeNew(path, 'x')
  const long = new Date(Date.now() - 2 * STAGING_LIFE_MS)
  for (const path of old ?? []) utimesSync(path, long, long)
  await lab.acquire()
  expect(old?.filter((path) => existsSync(path))).toEqual([])
  expect(young?.filter((path) => !existsSync(path))).toEqual([])
  expect(lstatSync(lab.inRuntime('young.perch-tmp'), { throwIfNoEntry: false })).toBeUndefined()
  await lab.release()
})

test('staging files of perch in a runtime are nobody’s: they go, and are not kept aside', async () => {
  await using lab = await openProfileLab()
  await lab.acquire()
  writeNew(lab.inRuntime('.0123456789ab.perch-tmp'), 'half of something')
  writeNew(lab.inRuntime('.0123456789ab.mirror.perch-tmp'), 'half of something')
  expect(await lab.release()).toMatchObject({ kept: false, notices: [] })
  expect(lab.conflicts()).toEqual([])
})

test('journal and conflicts are bounded', async () => {
  await using lab = await openProfileLab()
  const notices: string[] = []
  const path = join(lab.root, 'journal.jsonl')
  const journal = openJournal(path, notices)
  writeFileSync(path, Buffer.alloc(JOURNAL_LIMIT_BYTES))
  journal.write({ what: 'adopted', name: 'one' })
  expect(statSync(path).size).toBeLessThan(200)
  expect(statSync(`${path}.1`).size).toBe(JOURNAL_LIMIT_BYTES)
  rmSync(path)
  mkdirSync(path)
  journal.write({ what: 'adopted', name: 'two' })
  journal.write({ what: 'adopted', name: 'three' })
  expect(notices).toHaveLength(1)

  const conflicts = join(lab.paths.state, 'conflicts', 'work')
  for (let at = 0; at < KEPT_ASIDE_LIMIT + 5; at += 1) writeNew(join(conflicts, `2000-${String(at).padStart(4, '0')}`), '')
  await lab.acquire()
  writeByRename(lab.inRuntime('.claude.json'), '{"cut')
  await lab.release()
  expect(readdirSync(conflicts)).toHaveLength(KEPT_ASIDE_LIMIT)
  expect(readdirSync(conflicts).sort().at(-1)).toContain('.claude.json')
})

test('no login is ever written anywhere but into the profile and the conflicts', async () => {
  await using lab = await openProfileLab()
  writeNew(lab.durableLogin, login('TOKEN-A'))
  await lab.acquire()
  writeByRename(lab.inRuntime('.credentials.json'), login('TOKEN-B'))
  const { notices } = await lab.release()
  const holding = readdirSync(lab.root, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && readFileSync(join(entry.parentPath, entry.name), 'utf8').includes('TOKEN-'))
    .map((entry) => join(entry.parentPath, entry.name))
  expect(holding).toEqual([lab.durableLogin])
  expect(notices.join()).not.toContain('TOKEN-')
})
