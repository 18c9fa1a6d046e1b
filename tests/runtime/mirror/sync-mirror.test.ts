/** A live runtime of copies: what changes on one side is on the other after a pass. */

import { spawn } from 'node:child_process'
import { once } from 'node:events'
import {
  appendFileSync,
  chmodSync,
  closeSync,
  existsSync,
  ftruncateSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { describe, expect, test } from 'vitest'
import { mirroredFolders } from '../../../src/runtime/tree/mirror/mirrored-folders.js'
import { skipOrFail } from '../../kit/requirement.js'
import { readText, writeByRename, writeNew } from '../profile-lab.js'
import { age, openMirrorLab } from './mirror-lab.js'

describe('a change on one side', () => {
  test('new, changed and deleted files and folders reach the other, both ways', async () => {
    await using lab = await openMirrorLab((before) => {
      writeNew(before.inShared('skills', 'a', 'SKILL.md'), 'old')
      writeNew(before.inShared('skills', 'gone', 'SKILL.md'), 'going')
      writeNew(before.inShared('commands', 'mine.md'), 'mine')
    })
    expect(readText(lab.inRuntime('skills', 'a', 'SKILL.md'))).toBe('old')
    writeByRename(lab.inShared('skills', 'a', 'SKILL.md'), 'of the person')
    writeNew(lab.inShared('skills', 'new', 'deep', 'x.md'), 'new there')
    rmSync(lab.inShared('skills', 'gone'), { recursive: true })
    writeByRename(lab.inRuntime('commands', 'mine.md'), 'of the client')
    writeNew(lab.inRuntime('projects', '-src', '1.jsonl'), '{"n":1}\n')
    writeNew(lab.inRuntime('sessions', '7.json'), 'private')
    expect(await lab.settle()).toEqual({ state: 'in-step' })
    expect(readText(lab.inRuntime('skills', 'a', 'SKILL.md'))).toBe('of the person')
    expect(readText(lab.inRuntime('skills', 'new', 'deep', 'x.md'))).toBe('new there')
    expect(readdirSync(lab.inRuntime('skills')).sort()).toEqual(['a', 'new'])
    expect(readText(lab.inShared('commands', 'mine.md'))).toBe('of the client')
    expect(readText(lab.inShared('projects', '-src', '1.jsonl'))).toBe('{"n":1}\n')
    expect(readText(join(lab.folders.state, 'sessions', '7.json'))).toBe('private')
    expect(existsSync(lab.inShared('sessions'))).toBe(false)
    rmSync(lab.inRuntime('skills', 'new'), { recursive: true })
    expect(await lab.settle()).toEqual({ state: 'in-step' })
    expect(readdirSync(lab.inShared('skills'))).toEqual(['a'])
    expect(lab.conflicts()).toEqual([])
    await lab.release()
  })

  test('only the named folder is looked at, with whatever is new in it', async () => {
    await using lab = await openMirrorLab((before) => writeNew(before.inShared('projects', '-a', '1.jsonl'), '1\n'))
    writeNew(lab.inRuntime('projects', '-a', '2.jsonl'), '2\n')
    writeNew(lab.inRuntime('projects', '-b', 'deep', '3.jsonl'), '3\n')
    writeNew(lab.inRuntime('plans', 'p.md'), 'plan')
    await lab.settle([join('projects', '-a')])
    expect(readText(lab.inShared('projects', '-a', '2.jsonl'))).toBe('2\n')
    expect(existsSync(lab.inShared('projects', '-b'))).toBe(false)
    await lab.settle(['projects'])
    expect(readText(lab.inShared('projects', '-b', 'deep', '3.jsonl'))).toBe('3\n')
    expect(existsSync(lab.inShared('plans', 'p.md'))).toBe(false)
    rmSync(lab.inRuntime('projects', '-a'), { recursive: true })
    await lab.settle([join('projects', '-a')])
    expect(existsSync(lab.inShared('projects', '-a'))).toBe(false)
    const folders = (await mirroredFolders(lab.live)).map(({ relative }) => relative)
    expect(folders).toEqual(expect.arrayContaining(['', 'projects', join('projects', '-b', 'deep'), 'sessions']))
    await lab.release()
  })

  test('a file that grows gets its new bytes in place, times are kept, and a cut line waits', async () => {
    await using lab = await openMirrorLab((before) => {
      writeNew(before.inShared('projects', '-a', '1.jsonl'), '{"n":1}\n')
      age(before.inShared('projects', '-a', '1.jsonl'))
    })
    const [home, runtime] = [lab.inShared('projects', '-a', '1.jsonl'), lab.inRuntime('projects', '-a', '1.jsonl')]
    expect(Math.abs(statSync(home).mtimeMs - statSync(runtime).mtimeMs)).toBeLessThan(2)
    const { ino } = statSync(home)
    appendFileSync(runtime, '{"n":2}\n')
    expect(await lab.pass()).toEqual({ state: 'in-step' })
    expect(readText(home)).toBe('{"n":1}\n{"n":2}\n')
    expect(statSync(home).ino).toBe(ino)
    expect(Math.abs(statSync(home).mtimeMs - statSync(runtime).mtimeMs)).toBeLessThan(2)
    age(home)
    age(runtime)
    await lab.pass()
    appendFileSync(runtime, '{"n":3}\n{"half')
    expect(await lab.pass()).toMatchObject({ state: 'waiting' })
    expect(readText(home)).toBe('{"n":1}\n{"n":2}\n')
    appendFileSync(runtime, '"}\n')
    await lab.settle()
    expect(readText(home)).toBe(readText(runtime))
    // Both grew: the history is united, of a transcript the later one stays and the other is kept.
    appendFileSync(lab.inShared('history.jsonl'), '{"of":"person"}\n')
    appendFileSync(lab.inRuntime('history.jsonl'), '{"of":"client"}\n')
    await lab.settle()
    expect(readText(lab.inRuntime('history.jsonl'))).toBe('{"of":"person"}\n{"of":"client"}\n')
    expect(readText(lab.inShared('history.jsonl'))).toBe('{"of":"person"}\n{"of":"client"}\n')
    await lab.release()
  })

  test('a large transcript too, without a hash of it', async () => {
    const line = `${'x'.repeat(1023)}\n`
    await using lab = await openMirrorLab((before) => writeNew(before.inShared('projects', '-a', 'l.jsonl'), line.repeat(3000)))
    const [home, runtime] = [lab.inShared('projects', '-a', 'l.jsonl'), lab.inRuntime('projects', '-a', 'l.jsonl')]
    appendFileSync(home, line.repeat(1500))
    expect(await lab.pass()).toEqual({ state: 'in-step' })
    expect(statSync(runtime).size).toBe(4500 * 1024)
    appendFileSync(runtime, 'end\n')
    await lab.pass()
    expect(readFileSync(home).equals(readFileSync(runtime))).toBe(true)
    // Replaced by something else as a whole.
    writeByRename(runtime, 'y'.repeat(400_000))
    await lab.settle()
    expect(readText(home)).toBe('y'.repeat(400_000))
    await lab.release()
  })
})

describe('changed on both sides', () => {
  test('the newer stays, the other is kept aside, in step after it', async () => {
    await using lab = await openMirrorLab((before) => writeNew(before.inShared('CLAUDE.md'), 'before'))
    for (const [atMs, winner, loser] of [
      [Date.now() + 60_000, 'session 1', 'person 1'],
      [1_000, 'person 2', 'session 2'],
    ] as const) {
      const [person, session] = [winner, loser].sort()
      writeFileSync(lab.inShared('CLAUDE.md'), person ?? '')
      writeByRename(lab.inRuntime('CLAUDE.md'), session ?? '', atMs)
      await lab.settle()
      expect([readText(lab.inShared('CLAUDE.md')), readText(lab.inRuntime('CLAUDE.md'))]).toEqual([winner, winner])
      expect(lab.conflicts()).toContain(loser)
    }
    const before = lab.conflicts().length
    await lab.settle()
    expect(lab.conflicts()).toHaveLength(before)
    await lab.release()
  })

  test('a file that was only touched did not change, whatever the clocks say (failure 22)', async () => {
    await using lab = await openMirrorLab((before) => writeNew(before.inShared('CLAUDE.md'), 'before'))
    writeByRename(lab.inRuntime('CLAUDE.md'), 'of the session', 1_000)
    const future = Date.now() / 1000 + 3600
    utimesSync(lab.inShared('CLAUDE.md'), future, future)
    await lab.settle()
    expect(readText(lab.inShared('CLAUDE.md'))).toBe('of the session')
    // The same size within the same tick of a coarse clock.
    const { atime, mtime } = statSync(lab.inRuntime('CLAUDE.md'))
    writeFileSync(lab.inRuntime('CLAUDE.md'), 'OF THE SESSION')
    utimesSync(lab.inRuntime('CLAUDE.md'), atime, mtime)
    await lab.settle()
    expect(readText(lab.inShared('CLAUDE.md'))).toBe('OF THE SESSION')
    expect(lab.conflicts()).toEqual([])
    await lab.release()
  })

  test('deleted on one side and changed on the other: the change stays', async () => {
    await using lab = await openMirrorLab((before) => {
      writeNew(before.inShared('plans', 'a.md'), 'a')
      writeNew(before.inShared('plans', 'b.md'), 'b')
    })
    rmSync(lab.inShared('plans', 'a.md'))
    writeByRename(lab.inRuntime('plans', 'a.md'), 'a changed')
    rmSync(lab.inRuntime('plans', 'b.md'))
    writeByRename(lab.inShared('plans', 'b.md'), 'b changed')
    await lab.settle()
    for (const at of [lab.inShared, lab.inRuntime]) {
      expect([readText(at('plans', 'a.md')), readText(at('plans', 'b.md'))]).toEqual(['a changed', 'b changed'])
    }
    await lab.release()
  })

  test('two profiles and one shared home end with the same', async () => {
    await using lab = await openMirrorLab((before) => writeNew(before.inShared('plans', 'a.md'), 'a'))
    const other = await lab.add('play')
    await other.acquire()
    writeByRename(lab.inRuntime('plans', 'a.md'), 'of work', Date.now() - 10_000)
    writeByRename(other.inRuntime('plans', 'a.md'), 'of play', Date.now() - 5_000)
    await lab.settle()
    expect(await other.release()).toMatchObject({ kept: false })
    await lab.settle()
    expect(readText(lab.inRuntime('plans', 'a.md'))).toBe('of play')
    expect(other.conflicts()).toEqual(['of work'])
    await lab.release()
  })
})

describe('what is being written', () => {
  test('a file that was truncated waits for its content (failure 14)', async () => {
    await using lab = await openMirrorLab((before) => writeNew(before.inShared('CLAUDE.md'), 'all of the rules'))
    const fd = openSync(lab.inRuntime('CLAUDE.md'), 'r+')
    ftruncateSync(fd)
    expect(await lab.pass()).toMatchObject({ state: 'waiting' })
    expect(readText(lab.inShared('CLAUDE.md'))).toBe('all of the rules')
    writeFileSync(fd, 'new rules')
    closeSync(fd)
    await lab.settle()
    expect(readText(lab.inShared('CLAUDE.md'))).toBe('new rules')
    // Emptied for good.
    writeFileSync(lab.inRuntime('CLAUDE.md'), '')
    await lab.settle()
    expect(readText(lab.inShared('CLAUDE.md'))).toBe('')
    await lab.release()
  })

  test('a file that never rests is brought over all the same', async () => {
    await using lab = await openMirrorLab((before) => writeNew(before.inShared('todos', 'a.json'), '0'))
    let at = 0
    const timer = setInterval(() => {
      at += 1
      writeFileSync(lab.inRuntime('todos', 'a.json'), String(at))
    }, 20)
    try {
      const deadline = performance.now() + 10_000
      while (readText(lab.inShared('todos', 'a.json')) === '0' && performance.now() < deadline) {
        await lab.pass()
        await sleep(20)
      }
    } finally {
      clearInterval(timer)
    }
    expect(readText(lab.inShared('todos', 'a.json'))).not.toBe('0')
    await lab.settle()
    expect(readText(lab.inShared('todos', 'a.json'))).toBe(String(at))
    await lab.release()
  })

  test('staging files and locks are passed over, a person’s own names are not (failure 16)', async () => {
    await using lab = await openMirrorLab()
    writeNew(lab.inRuntime('plans', 'a.md.tmp.123.abcdef'), 'half')
    writeNew(lab.inRuntime('plans', '.0123456789ab.perch-tmp'), 'half')
    writeNew(lab.inRuntime('plans', 'empty.lock'), '')
    mkdirSync(lab.inRuntime('plans', 'folder.lock'))
    writeNew(lab.inRuntime('plans', 'yarn.lock'), 'content')
    writeNew(lab.inRuntime('plans', 'notes.tmp.md'), 'content')
    writeNew(lab.inShared('plans', 'old.tmp'), 'a file of that name')
    age(lab.inShared('plans', 'old.tmp'))
    await lab.settle()
    expect(readdirSync(lab.inShared('plans')).sort()).toEqual(['notes.tmp.md', 'old.tmp', 'yarn.lock'])
    expect(existsSync(lab.inRuntime('plans', 'old.tmp'))).toBe(true)
    // What a client that was killed left is content in the end.
    expect(await lab.release()).toMatchObject({ kept: true })
    rmSync(lab.inRuntime('plans', '.0123456789ab.perch-tmp'))
    expect(await lab.collect()).toMatchObject({ kept: false })
    expect(readText(lab.inShared('plans', 'a.md.tmp.123.abcdef'))).toBe('half')
  })
})

test('modes: a hook stays executable, and a mode that was changed reaches the other side (failure 15)', async () => {
  await using lab = await openMirrorLab((before) => {
    writeNew(before.inShared('hooks', 'a.sh'), 'old')
    chmodSync(before.inShared('hooks', 'a.sh'), 0o755)
    writeNew(before.inShared('hooks', 'b.sh'), 'b')
    writeNew(before.inShared('hooks', 'c.sh'), 'c')
  })
  const mode = (path: string) => statSync(path).mode & 0o777
  expect(mode(lab.inRuntime('hooks', 'a.sh'))).toBe(0o755)
  writeByRename(lab.inRuntime('hooks', 'a.sh'), 'new')
  chmodSync(lab.inRuntime('hooks', 'b.sh'), 0o700)
  chmodSync(lab.inShared('hooks', 'c.sh'), 0o744)
  await lab.settle()
  expect(readText(lab.inShared('hooks', 'a.sh'))).toBe('new')
  for (const at of [lab.inShared, lab.inRuntime]) {
    expect(['a.sh', 'b.sh', 'c.sh'].map((name) => mode(at('hooks', name)))).toEqual([0o755, 0o700, 0o744])
  }
  await lab.release()
})

test('an unchanged tree is not read (failure 18)', async (context) => {
  await using lab = await openMirrorLab((before) => writeNew(before.inShared('plans', 'a.md'), 'a'))
  const paths = [lab.inShared('plans', 'a.md'), lab.inRuntime('plans', 'a.md')]
  // Reading a file whose last access is before its last write moves the access, also on a file system that is mounted `relatime`.
  const future = Date.now() / 1000 + 3600
  for (const path of paths) utimesSync(path, Date.now() / 1000 - 10, future)
  await lab.settle()
  const reads = () => paths.map((path) => statSync(path).atimeMs)
  const before = reads()
  expect(await lab.pass()).toEqual({ state: 'in-step' })
  expect(reads()).toEqual(before)
  for (const path of paths) readText(path)
  const isSeen = reads().every((at, index) => at !== before[index])
  await lab.release()
  if (!isSeen) skipOrFail(context, 'needs a file system that notes when a file was read')
})

test('a whole side that is not there deletes nothing', async () => {
  await using lab = await openMirrorLab((before) => writeNew(before.inShared('plans', 'a.md'), 'a'))
  renameSync(lab.sharedHome, `${lab.sharedHome}-away`)
  expect(await lab.pass()).toMatchObject({ state: 'blocked' })
  expect(readText(lab.inRuntime('plans', 'a.md'))).toBe('a')
  renameSync(`${lab.sharedHome}-away`, lab.sharedHome)
  rmSync(lab.folders.runtime, { recursive: true })
  expect(await lab.pass()).toMatchObject({ state: 'blocked' })
  mkdirSync(lab.folders.runtime)
  // A folder that is missing at the top comes back, as a link would with the next build.
  expect(await lab.settle()).toEqual({ state: 'in-step' })
  expect(readText(lab.inShared('plans', 'a.md'))).toBe('a')
  expect(readText(lab.inRuntime('plans', 'a.md'))).toBe('a')
  await lab.release()
})

test('without the index both sides are united, and nothing is deleted', async () => {
  await using lab = await openMirrorLab((before) => {
    for (const name of ['same', 'theirs', 'ours', 'both']) writeNew(before.inShared('plans', name), name)
  })
  rmSync(join(lab.folders.sync, 'tree'), { recursive: true })
  rmSync(lab.inShared('plans', 'ours'))
  rmSync(lab.inRuntime('plans', 'theirs'))
  writeByRename(lab.inShared('plans', 'both'), 'older', Date.now() - 60_000)
  writeByRename(lab.inRuntime('plans', 'both'), 'newer', Date.now() - 30_000)
  await lab.settle()
  for (const at of [lab.inShared, lab.inRuntime]) {
    expect(readdirSync(at('plans')).sort()).toEqual(['both', 'ours', 'same', 'theirs'])
    expect(readText(at('plans', 'both'))).toBe('newer')
  }
  expect(lab.conflicts()).toEqual(['older'])
  for (const piece of readdirSync(join(lab.folders.sync, 'tree')))
    writeFileSync(join(lab.folders.sync, 'tree', piece), 'not JSON')
  expect(await lab.settle()).toEqual({ state: 'in-step' })
  await lab.release()
})

test('two clients that append all the time, one on each side: every line of both is there, once', async () => {
  await using lab = await openMirrorLab((before) => writeNew(before.inShared('projects', '-a', 't.jsonl'), ''))
  const transcript = lab.inRuntime('projects', '-a', 't.jsonl')
  const clients = [
    appending(lab.inShared('history.jsonl'), 'person'),
    appending(lab.inRuntime('history.jsonl'), 'client'),
    appending(transcript, 'client'),
  ]
  let isOver = false
  const ends = Promise.all(clients).then(() => {
    isOver = true
  })
  while (!isOver) {
    await lab.pass()
    await sleep(20)
  }
  await ends
  await lab.settle()
  const lines = readText(lab.inShared('history.jsonl')).trim().split('\n')
  expect(readText(lab.inRuntime('history.jsonl'))).toBe(readText(lab.inShared('history.jsonl')))
  // A line that was written into a file just as it was replaced comes after those that followed it.
  const written = ['person', 'client'].flatMap((who) => Array.from({ length: LINES }, (_, at) => `${who} ${at}`))
  expect(lines.sort()).toEqual(written.sort())
  expect(readText(lab.inShared('projects', '-a', 't.jsonl'))).toBe(readText(transcript))
  await lab.release()
})

/** Longer than perch waits for a file that never rests. */
const LINES = 800

/** A process of its own that appends a line every few milliseconds. */
async function appending(path: string, who: string): Promise<void> {
  const program = `let at = 0; const timer = setInterval(() => {
    require('node:fs').appendFileSync(process.argv[1], process.argv[2] + ' ' + at + '\\n'); if (++at === ${LINES}) clearInterval(timer) }, 5)`
  await once(spawn(process.execPath, ['-e', program, path, who], { stdio: 'inherit' }), 'close')
}
