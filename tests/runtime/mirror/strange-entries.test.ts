/** What a mirror meets that is no ordinary file: links, loops, pipes, names, kinds that change, files without access, full disks. */
import { execFileSync } from 'node:child_process'
import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { dirname, join } from 'node:path'
import { describe, expect, type TestContext, test } from 'vitest'
import { requiresPlatform, requiresRoot, skipOrFail } from '../../kit/requirement.js'
import { login, readText, writeByRename, writeNew } from '../profile-lab.js'
import { openMirrorLab } from './mirror-lab.js'

describe('links in the shared home', () => {
  test('stay links there, and what is written goes through to what they lead to', async () => {
    await using lab = await openMirrorLab((before) => {
      writeNew(before.inShared('CLAUDE.md'), 'rules')
      symlinkSync('../CLAUDE.md', join(ensure(before.inShared('commands')), 'linked.md'))
      writeNew(before.inShared('plugins', 'v1', 'a.md'), 'v1')
      symlinkSync('v1', before.inShared('plugins', 'current'))
      writeNew(join(before.home, 'dotfiles', 'keys.json'), '{}')
      writeNew(join(before.home, 'dotfiles', 'styles', 's.md'), 'style')
      symlinkSync('../dotfiles/keys.json', before.inShared('keys.json'))
      symlinkSync('../dotfiles/styles', before.inShared('output-styles'))
    })
    expect(lstatSync(lab.inRuntime('commands', 'linked.md')).isFile()).toBe(true)
    expect(readText(lab.inRuntime('plugins', 'current', 'a.md'))).toBe('v1')
    expect(lstatSync(lab.inRuntime('plugins', 'current')).isDirectory()).toBe(true)
    expect(readText(lab.inRuntime('output-styles', 's.md'))).toBe('style')
    writeByRename(lab.inRuntime('commands', 'linked.md'), 'new rules')
    writeByRename(lab.inRuntime('plugins', 'current', 'a.md'), 'changed')
    writeByRename(lab.inRuntime('keys.json'), '{"a":1}')
    writeByRename(lab.inRuntime('output-styles', 's.md'), 'new style')
    await lab.settle()
    await lab.settle()
    expect(readlinkSync(lab.inShared('commands', 'linked.md'))).toBe('../CLAUDE.md')
    expect(readText(lab.inShared('CLAUDE.md'))).toBe('new rules')
    expect(readText(lab.inRuntime('CLAUDE.md'))).toBe('new rules')
    expect(readText(lab.inRuntime('plugins', 'v1', 'a.md'))).toBe('changed')
    expect(lstatSync(lab.inShared('keys.json')).isSymbolicLink()).toBe(true)
    expect(readText(join(lab.home, 'dotfiles', 'keys.json'))).toBe('{"a":1}')
    expect(readText(join(lab.home, 'dotfiles', 'styles', 's.md'))).toBe('new style')
    // Deleting the runtime's copy of what a link leads to deletes the link.
    rmSync(lab.inRuntime('commands', 'linked.md'))
    rmSync(lab.inRuntime('plugins', 'current'), { recursive: true })
    await lab.settle()
    expect(existsSync(lab.inShared('commands', 'linked.md'))).toBe(false)
    expect(readdirSync(lab.inShared('plugins'))).toEqual(['v1'])
    expect(readText(lab.inShared('plugins', 'v1', 'a.md'))).toBe('changed')
    expect(lab.conflicts()).toEqual([])
    expect(await lab.release()).toMatchObject({ kept: false })
    expect(existsSync(lab.folders.runtime)).toBe(false)
  })

  test('out of it, in circles, to nowhere, or to the login: left out and said', async () => {
    await using lab = await openMirrorLab((before) => {
      writeNew(join(before.home, 'secret', 'x'), 'outside')
      writeNew(before.inShared('.credentials.json'), login('person'))
      const commands = ensure(before.inShared('commands'))
      symlinkSync('../../secret', join(commands, 'out'))
      symlinkSync('../../secret/x', join(commands, 'out.md'))
      symlinkSync('.', join(commands, 'self'))
      symlinkSync('..', join(commands, 'up'))
      symlinkSync('circle', join(commands, 'circle'))
      symlinkSync('nowhere', join(commands, 'nowhere'))
      symlinkSync('../.credentials.json', join(commands, 'login.md'))
      symlinkSync('.credentials.json', before.inShared('innocent'))
      symlinkSync(before.home, before.inShared('everything'))
      // Many links to one another: no second one is followed.
      for (const name of ['a', 'b', 'c', 'd']) ensure(before.inShared('plugins', name))
      for (const from of ['a', 'b', 'c', 'd']) {
        for (const to of ['a', 'b', 'c', 'd']) symlinkSync(`../${to}`, before.inShared('plugins', from, `to-${to}`))
      }
    })
    expect(readdirSync(lab.inRuntime('commands'))).toEqual([])
    expect(existsSync(lab.inRuntime('innocent'))).toBe(false)
    expect(existsSync(lab.inRuntime('everything'))).toBe(false)
    expect(readdirSync(lab.inRuntime('plugins', 'a', 'to-b'))).toEqual([])
    await lab.settle()
    const said = lab.journal().filter(({ what }) => what === 'not-followed')
    expect(said.map(({ name }) => name)).toEqual(expect.arrayContaining([join('commands', 'out'), join('commands', 'self')]))
    expect(await lab.release()).toMatchObject({ kept: false })
    expect(readlinkSync(lab.inShared('commands', 'out'))).toBe('../../secret')
    expect(readText(join(lab.home, 'secret', 'x'))).toBe('outside')
  })
})

test('a link that a client makes is one in the shared home too, and is never followed', async () => {
  await using lab = await openMirrorLab((before) => writeNew(before.inShared('CLAUDE.md'), 'rules'))
  writeNew(join(lab.home, 'elsewhere', 'x'), 'outside')
  symlinkSync('CLAUDE.md', lab.inRuntime('AGENTS.md'))
  symlinkSync(join(lab.home, 'elsewhere'), lab.inRuntime('plans', 'out'))
  await lab.settle()
  await lab.settle()
  expect(readlinkSync(lab.inShared('AGENTS.md'))).toBe('CLAUDE.md')
  expect(readlinkSync(lab.inShared('plans', 'out'))).toBe(join(lab.home, 'elsewhere'))
  expect(await lab.release()).toMatchObject({ kept: false })
  expect(readText(lab.inShared('AGENTS.md'))).toBe('rules')
  expect(readText(join(lab.home, 'elsewhere', 'x'))).toBe('outside')
  expect(lab.conflicts()).toEqual([])
})

test('a file becomes a folder and a folder a file: followed where the other side is as it was, else both stay', async () => {
  await using lab = await openMirrorLab((before) => {
    for (const name of ['a', 'b', 'c']) writeNew(before.inShared('plans', name), name)
    for (const name of ['d', 'e', 'f']) writeNew(before.inShared('plans', name, 'x'), name)
  })
  const turn = (path: string, into: 'file' | 'folder') => {
    rmSync(path, { recursive: true })
    writeNew(into === 'file' ? path : join(path, 'y'), into)
  }
  turn(lab.inRuntime('plans', 'a'), 'folder')
  turn(lab.inShared('plans', 'b'), 'folder')
  turn(lab.inRuntime('plans', 'c'), 'folder')
  writeByRename(lab.inShared('plans', 'c'), 'changed')
  turn(lab.inRuntime('plans', 'd'), 'file')
  turn(lab.inShared('plans', 'e'), 'file')
  turn(lab.inRuntime('plans', 'f'), 'file')
  writeNew(lab.inShared('plans', 'f', 'new'), 'new')
  await lab.settle()
  await lab.settle()
  for (const at of [lab.inShared, lab.inRuntime]) {
    expect([readText(at('plans', 'a', 'y')), readText(at('plans', 'b', 'y'))]).toEqual(['folder', 'folder'])
    expect([readText(at('plans', 'd')), readText(at('plans', 'e'))]).toEqual(['file', 'file'])
  }
  expect(readText(lab.inShared('plans', 'c'))).toBe('changed')
  expect(readText(lab.inRuntime('plans', 'c', 'y'))).toBe('folder')
  expect(readText(lab.inRuntime('plans', 'f'))).toBe('file')
  expect(readText(lab.inShared('plans', 'f', 'new'))).toBe('new')
  expect(await lab.release()).toMatchObject({ kept: false })
  expect(lab.conflicts()).toEqual(expect.arrayContaining(['folder', 'file']))
  expect(readText(lab.inShared('plans', 'c'))).toBe('changed')
  expect(readText(lab.inShared('plans', 'f', 'x'))).toBe('f')
})

test('pipes on either side are never opened, and keep nothing standing', async (context) => {
  requiresPlatform(context, 'linux', 'darwin')
  await using lab = await openMirrorLab((before) => {
    writeNew(before.inShared('plans', 'was-a-file'), 'x')
    execFileSync('mkfifo', [join(ensure(before.inShared('plugins')), 'pipe')])
  })
  execFileSync('mkfifo', [lab.inRuntime('plans', 'pipe'), lab.inRuntime('top-pipe')])
  rmSync(lab.inRuntime('plans', 'was-a-file'))
  execFileSync('mkfifo', [lab.inRuntime('plans', 'was-a-file')])
  expect(await lab.settle()).toEqual({ state: 'in-step' })
  expect(existsSync(lab.inRuntime('plugins', 'pipe'))).toBe(false)
  expect(readdirSync(lab.inShared('plans'))).toEqual(['was-a-file'])
  expect(await lab.release()).toMatchObject({ kept: false })
  expect(readText(lab.inShared('plans', 'was-a-file'))).toBe('x')
})

test('long names, line feeds, names like those of objects', async () => {
  const names = ['x'.repeat(255), 'a\nb', '__proto__', 'constructor', '-rf', 'ünïcode ✓', '\uFFFD']
  await using lab = await openMirrorLab((before) => {
    for (const name of names) writeNew(before.inShared('plans', name), name)
  })
  expect(readdirSync(lab.inRuntime('plans')).sort()).toEqual([...names].sort())
  for (const name of names) writeByRename(lab.inRuntime('plans', name.slice(0, 200)), `${name} changed`)
  await lab.settle()
  for (const name of names) expect(readText(lab.inShared('plans', name.slice(0, 200)))).toBe(`${name} changed`)
  rmSync(lab.inShared('plans', '__proto__'))
  await lab.settle()
  expect(existsSync(lab.inRuntime('plans', '__proto__'))).toBe(false)
  expect(await lab.release()).toMatchObject({ kept: false })
})

test('a name that is not UTF-8 is left where it is and said, and is taken over in the end', async (context) => {
  requiresPlatform(context, 'linux')
  await using lab = await openMirrorLab((before) => {
    ensure(before.inShared('plans'))
    writeFileSync(bytesBelow(before.inShared('plans'), 'theirs-\xff'), 'of the person')
  })
  writeFileSync(bytesBelow(lab.inRuntime('plans'), 'mine-\xe9'), 'of the client')
  writeNew(lab.inRuntime('plans', 'plain'), 'plain')
  expect(await lab.settle()).toEqual({ state: 'in-step' })
  expect(readText(lab.inShared('plans', 'plain'))).toBe('plain')
  expect(lab.journal().filter(({ why }) => why === 'its name is not UTF-8').length).toBeGreaterThan(0)
  expect(await lab.release()).toMatchObject({ kept: false })
  expect(readText(lab.inShared('plans', 'mine-%E9'))).toBe('of the client')
  expect(readFileSync(bytesBelow(lab.inShared('plans'), 'theirs-\xff'), 'utf8')).toBe('of the person')
})

test('a folder without access on either side is said, others go on, and nothing in it counts as deleted', async (context) => {
  requiresPlatform(context, 'linux', 'darwin')
  await using lab = await openMirrorLab((before) => {
    writeNew(before.inShared('plans', 'closed', 'a'), 'a')
    writeNew(before.inShared('skills', 'closed', 'b'), 'b')
    writeNew(before.inShared('plans', 'closed.md'), 'c')
  })
  const closed = [lab.inShared('plans', 'closed'), lab.inRuntime('skills', 'closed'), lab.inShared('plans', 'closed.md')]
  writeByRename(lab.inRuntime('plans', 'closed.md'), 'changed')
  writeNew(lab.inRuntime('plans', 'open'), 'open')
  for (const path of closed) chmodSync(path, 0)
  const restore = withoutRoot(lab.root)
  try {
    await lab.settle()
    expect(readText(lab.inShared('plans', 'open'))).toBe('open')
  } finally {
    restore()
  }
  for (const path of closed) chmodSync(path, 0o700)
  await lab.settle()
  for (const at of [lab.inShared, lab.inRuntime]) {
    expect([readText(at('plans', 'closed', 'a')), readText(at('skills', 'closed', 'b'))]).toEqual(['a', 'b'])
    expect(readText(at('plans', 'closed.md'))).toBe('changed')
  }
  expect(await lab.release()).toMatchObject({ kept: false })
})

/** Root may read everything: the test goes on as somebody else. */
function withoutRoot(root: string): () => void {
  if (process.geteuid?.() !== 0) return () => {}
  const somebody = 65_534
  execFileSync('chown', ['-R', String(somebody), root])
  chmodSync(dirname(root), 0o711)
  process.seteuid?.(somebody)
  return () => {
    process.seteuid?.(0)
    chmodSync(dirname(root), 0o700)
  }
}

function ensure(path: string): string {
  mkdirSync(path, { recursive: true })
  return path
}

/** A path whose last name is these bytes, given as latin1. */
function bytesBelow(folder: string, name: string): Buffer {
  return Buffer.concat([Buffer.from(`${folder}/`), Buffer.from(name, 'latin1')])
}

test('a full disk: blocked, nothing is lost on either side, and it goes on with the first free space', async (context) => {
  requiresPlatform(context, 'linux')
  requiresRoot(context)
  await using lab = await openMirrorLab((before) => {
    mountSmall(context, ensure(before.inShared('plans')))
  })
  try {
    writeNew(lab.inShared('plans', 'filler'), 'x'.repeat(40_000))
    const content = { 'a.md': 'a'.repeat(30_000), 'b.md': 'b'.repeat(30_000) }
    for (const [name, text] of Object.entries(content)) writeNew(lab.inRuntime('plans', name), text)
    expect(await lab.settle()).toMatchObject({ state: 'blocked' })
    expect(await lab.release()).toMatchObject({ kept: true })
    for (const [name, text] of Object.entries(content)) expect(readText(lab.inRuntime('plans', name))).toBe(text)
    expect(readdirSync(lab.inShared('plans')).filter((name) => name.endsWith('.perch-tmp'))).toEqual([])
    execFileSync('mount', ['-o', 'remount,size=1m', lab.inShared('plans')])
    expect(await lab.settle()).toEqual({ state: 'in-step' })
    for (const [name, text] of Object.entries(content)) expect(readText(lab.inShared('plans', name))).toBe(text)
    expect(await lab.collect()).toMatchObject({ kept: false })
  } finally {
    execFileSync('umount', ['-l', lab.inShared('plans')])
  }
})

function mountSmall(context: TestContext, folder: string): void {
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=64k', 'tmpfs', folder], { stdio: 'ignore' })
  } catch {
    // Root in a container may lack the capability.
    skipOrFail(context, 'needs the right to mount a small file system')
  }
}
