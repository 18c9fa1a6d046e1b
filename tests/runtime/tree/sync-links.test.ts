import { execFileSync } from 'node:child_process'
import {
  appendFileSync,
  chmodSync,
  closeSync,
  existsSync,
  lstatSync,
  mkdirSync,
  openSync,
  readlinkSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
  writeSync,
} from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { readIndex } from '../../../src/runtime/tree/index-file.js'
import { syncLinks } from '../../../src/runtime/tree/sync-links.js'
import { requiresPlatform, requiresRoot } from '../../kit/requirement.js'
import { mountSmallDisk } from '../../kit/small-disk.js'
import { readText, writeByRename, writeNew } from '../profile-lab.js'
import { contextFor, IN_STEP, makeQuiet, openLiveLinks } from './live-links.js'

const isThere = (path: string) => lstatSync(path, { throwIfNoEntry: false }) !== undefined

describe('a linked file that the client replaced', () => {
  test('goes to the shared home at once, with the mode that the person gave it, and the link is back', async () => {
    await using it = await openLiveLinks((lab) => {
      writeNew(lab.inShared('statusline.sh'), 'old')
      chmodSync(lab.inShared('statusline.sh'), 0o755)
    })
    for (const content of ['new', 'newer']) {
      writeByRename(it.lab.inRuntime('statusline.sh'), content)
      expect(await it.sync('statusline.sh')).toEqual(IN_STEP)
      it.expectLinked('statusline.sh')
      expect(readText(it.lab.inShared('statusline.sh'))).toBe(content)
      expect(statSync(it.lab.inShared('statusline.sh'))).toMatchObject({ mode: 0o100755, nlink: 1 })
    }
    expect(it.lab.conflicts()).toEqual([])
    expect(it.lab.journal().map(({ what }) => what)).toEqual(['adopted', 'adopted'])
    await it.end()
  })

  test('keeps its inode: who has it open goes on writing into the shared one', async () => {
    await using it = await openLiveLinks((lab) => writeNew(lab.inShared('notes.md'), 'old'))
    rmSync(it.lab.inRuntime('notes.md'))
    const fd = openSync(it.lab.inRuntime('notes.md'), 'w')
    writeSync(fd, 'first ')
    expect(await it.sync('notes.md')).toEqual(IN_STEP)
    writeSync(fd, 'second')
    closeSync(fd)
    expect(readText(it.lab.inShared('notes.md'))).toBe('first second')
    expect(readlinkSync(it.lab.inRuntime('notes.md'))).toBe(it.lab.inShared('notes.md'))
  })

  test('goes to where the link led, through a link of the person’s', async () => {
    await using it = await openLiveLinks((lab) => {
      writeNew(join(lab.home, 'dotfiles', 'CLAUDE.md'), 'old')
      symlinkSync('../dotfiles/CLAUDE.md', lab.inShared('CLAUDE.md'))
    })
    writeByRename(it.lab.inRuntime('CLAUDE.md'), 'new')
    expect(await it.sync()).toEqual(IN_STEP)
    it.expectLinked('CLAUDE.md', join(it.lab.home, 'dotfiles', 'CLAUDE.md'))
    expect(readlinkSync(it.lab.inShared('CLAUDE.md'))).toBe('../dotfiles/CLAUDE.md')
    expect(readText(it.lab.inShared('CLAUDE.md'))).toBe('new')
  })

  test('and that the person changed too: the newer wins once it is quiet, the other is kept aside', async () => {
    await using it = await openLiveLinks((lab) => writeNew(lab.inShared('CLAUDE.md'), 'before'))
    const mine = it.lab.inRuntime('CLAUDE.md')
    writeByRename(it.lab.inShared('CLAUDE.md'), 'of the person', Date.now() - 60_000)
    writeByRename(mine, 'of the session')
    expect(await it.sync('CLAUDE.md')).toMatchObject({ state: 'waiting' })
    makeQuiet(mine)
    expect(await it.sync('CLAUDE.md')).toEqual(IN_STEP)
    it.expectLinked('CLAUDE.md')
    expect(readText(mine)).toBe('of the session')
    expect(it.lab.conflicts()).toEqual(['of the person'])

    writeByRename(it.lab.inShared('CLAUDE.md'), 'of the person again')
    writeByRename(mine, 'older', Date.now() - 60_000)
    expect(await it.sync('CLAUDE.md')).toEqual(IN_STEP)
    it.expectLinked('CLAUDE.md')
    expect(readText(mine)).toBe('of the person again')
    expect(it.lab.conflicts()).toContain('older')
    await it.end()
    expect(readText(it.lab.inShared('CLAUDE.md'))).toBe('of the person again')
  })

  test('of lines gets united, in place: others have the shared one open', async () => {
    await using it = await openLiveLinks((lab) => writeNew(lab.inShared('history.jsonl'), '{"n":1}\n'))
    const shared = it.lab.inShared('history.jsonl')
    const { ino } = statSync(shared)
    writeByRename(it.lab.inRuntime('history.jsonl'), '{"n":1}\n{"n":2}\n', Date.now() - 5_000)
    appendFileSync(shared, '{"n":3}\n')
    expect(await it.sync('history.jsonl')).toEqual(IN_STEP)
    it.expectLinked('history.jsonl')
    expect(readText(shared)).toBe('{"n":1}\n{"n":3}\n{"n":2}\n')
    expect(statSync(shared).ino).toBe(ino)
  })

  test('with what is there already only gets its link back', async () => {
    await using it = await openLiveLinks((lab) => writeNew(lab.inShared('CLAUDE.md'), 'same'))
    writeByRename(it.lab.inRuntime('CLAUDE.md'), 'same', Date.now() - 5_000)
    expect(await it.sync()).toEqual(IN_STEP)
    it.expectLinked('CLAUDE.md')
    expect(it.lab.journal()).toEqual([])
  })

  test('on another disk is copied when it is quiet', async (context) => {
    requiresPlatform(context, 'linux')
    requiresRoot(context)
    await using it = await openLiveLinks()
    const disk = join(it.lab.home, 'disk')
    mkdirSync(disk)
    await using _disk = mountSmallDisk(disk, 'size=64k')
    writeNew(join(disk, 'CLAUDE.md'), 'old')
    symlinkSync(join(disk, 'CLAUDE.md'), it.lab.inShared('CLAUDE.md'))
    expect(await it.sync('CLAUDE.md')).toEqual(IN_STEP)
    writeByRename(it.lab.inRuntime('CLAUDE.md'), 'new')
    expect(await it.sync('CLAUDE.md')).toMatchObject({ state: 'waiting' })
    makeQuiet(it.lab.inRuntime('CLAUDE.md'))
    expect(await it.sync('CLAUDE.md')).toEqual(IN_STEP)
    it.expectLinked('CLAUDE.md', join(disk, 'CLAUDE.md'))
    expect(readText(join(disk, 'CLAUDE.md'))).toBe('new')
  })
})

describe('a file that the client made', () => {
  test('is taken over when it is quiet, and a private one goes to the profile', async () => {
    await using it = await openLiveLinks()
    writeNew(it.lab.inRuntime('notes.md'), 'growing')
    const waiting = await it.sync('notes.md')
    expect(waiting).toMatchObject({ state: 'waiting', why: expect.stringContaining('being written') })
    expect(waiting.state === 'waiting' && waiting.againInMs).toBeLessThanOrEqual(1_000)
    makeQuiet(it.lab.inRuntime('notes.md'))
    writeNew(it.lab.inRuntime('stats-cache.json'), 'private')
    makeQuiet(it.lab.inRuntime('stats-cache.json'))
    expect(await it.sync('notes.md', 'stats-cache.json')).toEqual(IN_STEP)
    it.expectLinked('notes.md')
    it.expectLinked('stats-cache.json', join(it.lab.folders.state, 'stats-cache.json'))
    expect(existsSync(it.lab.inShared('stats-cache.json'))).toBe(false)
    await it.end()
    expect(readText(it.lab.inShared('notes.md'))).toBe('growing')
  })

  test('and that somebody goes on writing loses nothing', async () => {
    await using it = await openLiveLinks()
    const fd = openSync(it.lab.inRuntime('log.txt'), 'w')
    writeSync(fd, 'first ')
    makeQuiet(it.lab.inRuntime('log.txt'))
    expect(await it.sync('log.txt')).toEqual(IN_STEP)
    writeSync(fd, 'second')
    closeSync(fd)
    expect(readText(it.lab.inShared('log.txt'))).toBe('first second')
  })

  test('with a time in the future is taken over all the same', async () => {
    await using it = await openLiveLinks()
    writeNew(it.lab.inRuntime('future'), 'x')
    utimesSync(it.lab.inRuntime('future'), new Date('2100-01-01'), new Date('2100-01-01'))
    expect(await it.sync('future')).toEqual(IN_STEP)
    it.expectLinked('future')
  })

  test('where the person has made one of the same name: the newer wins, the other is kept aside', async () => {
    await using it = await openLiveLinks()
    writeNew(it.lab.inRuntime('a.md'), 'of the session')
    makeQuiet(it.lab.inRuntime('a.md'), 60_000)
    writeNew(it.lab.inShared('a.md'), 'of the person')
    expect(await it.sync('a.md')).toEqual(IN_STEP)
    it.expectLinked('a.md')
    expect(readText(it.lab.inShared('a.md'))).toBe('of the person')
    expect(it.lab.conflicts()).toEqual(['of the session'])
  })

  test('where a folder is, a new folder, a link, locks and staging files are left to the drain, without a word', async () => {
    await using it = await openLiveLinks()
    rmSync(it.lab.inRuntime('todos'))
    writeNew(it.lab.inRuntime('todos'), 'a file')
    makeQuiet(it.lab.inRuntime('todos'))
    writeNew(it.lab.inRuntime('workflows', 'a.md'), 'a folder')
    symlinkSync(it.lab.inShared('hooks'), it.lab.inRuntime('own-link'))
    rmSync(it.lab.inRuntime('plans'))
    symlinkSync('/elsewhere', it.lab.inRuntime('plans'))
    writeNew(it.lab.inRuntime('half.tmp.1'), 'half')
    makeQuiet(it.lab.inRuntime('half.tmp.1'))
    mkdirSync(it.lab.inRuntime('some.lock'))
    execFileSync('mkfifo', [it.lab.inRuntime('pipe')])
    expect(await it.sync()).toEqual(IN_STEP)
    for (const name of ['todos', 'half.tmp.1']) expect(lstatSync(it.lab.inRuntime(name)).isFile()).toBe(true)
    for (const name of ['workflows', 'some.lock']) expect(lstatSync(it.lab.inRuntime(name)).isDirectory()).toBe(true)
    expect(readlinkSync(it.lab.inRuntime('plans'))).toBe('/elsewhere')
    expect(readlinkSync(it.lab.inRuntime('own-link'))).toBe(it.lab.inShared('hooks'))
    rmSync(it.lab.inRuntime('some.lock'), { recursive: true })
    await it.end()
    expect(it.lab.conflicts()).toContain('a file')
    expect(readText(it.lab.inShared('workflows', 'a.md'))).toBe('a folder')
  })

  test('across file systems waits for the drain', async (context) => {
    requiresPlatform(context, 'linux')
    requiresRoot(context)
    await using it = await openLiveLinks()
    await using _disk = mountSmallDisk(it.lab.folders.state, 'size=64k')
    writeNew(it.lab.inRuntime('stats-cache.json'), 'private')
    makeQuiet(it.lab.inRuntime('stats-cache.json'))
    expect(await it.sync('stats-cache.json')).toEqual(IN_STEP)
    expect(lstatSync(it.lab.inRuntime('stats-cache.json')).isFile()).toBe(true)
    await it.lab.release()
    expect(readText(join(it.lab.folders.state, 'stats-cache.json'))).toBe('private')
  })
})

describe('what changes on the other side', () => {
  test('a new entry of the shared home, or of the state, is linked', async () => {
    await using it = await openLiveLinks()
    writeNew(it.lab.inShared('new.md'), 'new')
    mkdirSync(it.lab.inShared('new-folder'))
    writeNew(join(it.lab.folders.state, 'daemon.json'), 'private')
    expect(await it.sync('new.md', 'new-folder', 'daemon.json')).toEqual(IN_STEP)
    it.expectLinked('new.md')
    it.expectLinked('new-folder')
    it.expectLinked('daemon.json', join(it.lab.folders.state, 'daemon.json'))
    await it.end()
  })

  test('a link whose target is gone is dropped, and linked again when it comes back', async () => {
    await using it = await openLiveLinks((lab) => writeNew(lab.inShared('gone.md'), 'x'))
    rmSync(it.lab.inShared('gone.md'))
    expect(await it.sync('gone.md')).toEqual(IN_STEP)
    expect(isThere(it.lab.inRuntime('gone.md'))).toBe(false)
    expect(it.lab.journal()).toMatchObject([{ what: 'link-dropped', name: 'gone.md' }])
    writeNew(it.lab.inShared('gone.md'), 'back')
    expect(await it.sync('gone.md')).toEqual(IN_STEP)
    it.expectLinked('gone.md')
    await it.end()
  })

  test('a link of the client’s own that leads nowhere is never dropped', async () => {
    await using it = await openLiveLinks()
    symlinkSync('/nowhere', it.lab.inRuntime('own'))
    symlinkSync(it.lab.inShared('nothing'), it.lab.inRuntime('other'))
    expect(await it.sync()).toEqual(IN_STEP)
    expect(isThere(it.lab.inRuntime('own')) && isThere(it.lab.inRuntime('other'))).toBe(true)
  })

  test('a link to a disk that is not there at the moment stays', async () => {
    await using it = await openLiveLinks((lab) => {
      writeNew(join(lab.home, 'disk', 'CLAUDE.md'), 'old')
      symlinkSync(join(lab.home, 'disk', 'CLAUDE.md'), lab.inShared('CLAUDE.md'))
    })
    const disk = join(it.lab.home, 'disk')
    renameSync(disk, `${disk}-unplugged`)
    expect(await it.sync()).toEqual(IN_STEP)
    expect(readlinkSync(it.lab.inRuntime('CLAUDE.md'))).toBe(join(disk, 'CLAUDE.md'))
    writeByRename(it.lab.inRuntime('CLAUDE.md'), 'new')
    expect(await it.sync('CLAUDE.md')).toMatchObject({ state: 'blocked', why: expect.stringContaining('CLAUDE.md') })
    renameSync(`${disk}-unplugged`, disk)
    expect(await it.sync('CLAUDE.md')).toEqual(IN_STEP)
    expect(readText(join(disk, 'CLAUDE.md'))).toBe('new')
  })

  test('a link of the person’s that leads elsewhere now is followed', async () => {
    await using it = await openLiveLinks((lab) => {
      writeNew(join(lab.home, 'one.json'), '1')
      writeNew(join(lab.home, 'two.json'), '2')
      symlinkSync('../one.json', lab.inShared('keybindings.json'))
    })
    rmSync(it.lab.inShared('keybindings.json'))
    symlinkSync('../two.json', it.lab.inShared('keybindings.json'))
    expect(await it.sync('keybindings.json')).toEqual(IN_STEP)
    it.expectLinked('keybindings.json', join(it.lab.home, 'two.json'))
  })

  test('a link that the client removed comes back at the next build, and nothing is deleted', async () => {
    await using it = await openLiveLinks((lab) => writeNew(lab.inShared('CLAUDE.md'), 'rules'))
    rmSync(it.lab.inRuntime('CLAUDE.md'))
    expect(await it.sync('CLAUDE.md')).toEqual(IN_STEP)
    expect(isThere(it.lab.inRuntime('CLAUDE.md'))).toBe(false)
    await it.lab.acquire('two')
    it.expectLinked('CLAUDE.md')
    await it.lab.release()
    await it.lab.release('two')
    expect(readText(it.lab.inShared('CLAUDE.md'))).toBe('rules')
  })

  test('an entry that the profile moves between shared and private stays where it is until the next build', async () => {
    await using it = await openLiveLinks((lab) => writeNew(lab.inShared('CLAUDE.md'), 'shared'))
    writeNew(join(it.lab.folders.state, 'CLAUDE.md'), 'private')
    const moved = contextFor(it.lab, { private: ['CLAUDE.md'] })
    expect(syncLinks(moved, 'all')).toEqual(IN_STEP)
    it.expectLinked('CLAUDE.md')
    writeByRename(it.lab.inRuntime('CLAUDE.md'), 'of the session')
    expect(syncLinks(moved, new Set(['CLAUDE.md']))).toEqual(IN_STEP)
    expect(readText(it.lab.inShared('CLAUDE.md'))).toBe('of the session')
    expect(readText(join(it.lab.folders.state, 'CLAUDE.md'))).toBe('private')
  })
})

describe('names and states that nobody expects', () => {
  test.each(['line\nfeed', ' ', '-rf', '…ünïcode', 'x'.repeat(255)])('%j', async (name) => {
    await using it = await openLiveLinks()
    writeNew(it.lab.inRuntime(name), 'mine')
    makeQuiet(it.lab.inRuntime(name))
    expect(await it.sync(name)).toEqual(IN_STEP)
    it.expectLinked(name)
  })

  test('what is no name of an entry is nothing', async () => {
    await using it = await openLiveLinks()
    expect(await it.sync('', '.', '..', 'a/b', '../../x', 'nul\0', 'not-there', '.claude.json', '.credentials.json')).toEqual(
      IN_STEP,
    )
  })

  test('loops and links to nowhere in the shared home are left out, the others are linked', async () => {
    await using it = await openLiveLinks()
    symlinkSync('circle', it.lab.inShared('circle'))
    symlinkSync('nowhere', it.lab.inShared('dangling'))
    writeNew(it.lab.inShared('fine.md'), 'x')
    expect(await it.sync()).toEqual(IN_STEP)
    it.expectLinked('fine.md')
    expect(isThere(it.lab.inRuntime('circle')) || isThere(it.lab.inRuntime('dangling'))).toBe(false)
  })

  test('one name that cannot be taken over is named, and keeps no other from it', async (context) => {
    requiresPlatform(context, 'linux')
    requiresRoot(context)
    await using it = await openLiveLinks()
    const disk = join(it.lab.home, 'disk')
    mkdirSync(disk)
    await using _disk = mountSmallDisk(disk, 'size=64k')
    writeNew(join(disk, 'CLAUDE.md'), 'old')
    symlinkSync(join(disk, 'CLAUDE.md'), it.lab.inShared('CLAUDE.md'))
    await it.sync()
    execFileSync('mount', ['-o', 'remount,ro', disk])
    for (const name of ['CLAUDE.md', 'fine.md']) {
      writeByRename(it.lab.inRuntime(name), `new ${name}`)
      makeQuiet(it.lab.inRuntime(name))
    }
    expect(await it.sync()).toMatchObject({ state: 'blocked', why: expect.stringContaining('"CLAUDE.md"') })
    it.expectLinked('fine.md')
    expect(readText(it.lab.inRuntime('CLAUDE.md'))).toBe('new CLAUDE.md')
    execFileSync('mount', ['-o', 'remount,rw', disk])
    expect(await it.sync()).toEqual(IN_STEP)
    expect(readText(join(disk, 'CLAUDE.md'))).toBe('new CLAUDE.md')
  })

  test('without room for lines the history is not cut, and later nothing is missing', async (context) => {
    requiresPlatform(context, 'linux')
    requiresRoot(context)
    await using it = await openLiveLinks()
    const disk = join(it.lab.home, 'disk')
    mkdirSync(disk)
    await using small = mountSmallDisk(disk, 'size=64k')
    writeNew(join(disk, 'history.jsonl'), '{"n":1}\n')
    rmSync(it.lab.inShared('history.jsonl'))
    symlinkSync(join(disk, 'history.jsonl'), it.lab.inShared('history.jsonl'))
    await it.sync()
    const lines = Array.from({ length: 500 }, (_, n) => `{"more":${n}}\n`).join('')
    writeByRename(it.lab.inRuntime('history.jsonl'), `{"n":1}\n${lines}`)
    makeQuiet(it.lab.inRuntime('history.jsonl'))
    small.fill()
    expect(await it.sync()).toMatchObject({ state: 'blocked', why: expect.stringContaining('no space') })
    expect(readText(join(disk, 'history.jsonl'))).toBe('{"n":1}\n')
    small.empty()
    expect(await it.sync()).toEqual(IN_STEP)
    expect(readText(join(disk, 'history.jsonl'))).toBe(`{"n":1}\n${lines}`)
  })

  test('without a finished build nothing is touched', async () => {
    await using it = await openLiveLinks()
    const index = join(it.lab.folders.sync, 'index.json')
    writeNew(it.lab.inShared('new.md'), 'x')
    for (const content of [readText(index).replace('"built"', '"removing"'), 'garbage']) {
      writeFileSync(index, content)
      expect(await it.sync()).toEqual(IN_STEP)
      expect(isThere(it.lab.inRuntime('new.md'))).toBe(false)
    }
  })

  test('looking again writes nothing', async () => {
    await using it = await openLiveLinks((lab) => writeNew(lab.inShared('CLAUDE.md'), 'x'))
    const before = lstatSync(join(it.lab.folders.sync, 'index.json'))
    const links = readIndex(it.context)?.links
    expect(await it.sync()).toEqual(IN_STEP)
    expect(lstatSync(join(it.lab.folders.sync, 'index.json'))).toMatchObject({ ino: before.ino, mtimeMs: before.mtimeMs })
    expect(readIndex(it.context)?.links).toEqual(links)
  })
})
