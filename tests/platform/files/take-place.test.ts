/** What is in the place is replaced only if it is what was looked at: also by the smallest of margins. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import {
  closeSync,
  existsSync,
  fstatSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setImmediate } from 'node:timers/promises'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { leavePlace, takePlace } from '../../../src/platform/files/take-place.js'

let folder: string
let path: string
let staging: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'perch-place-'))
  path = join(folder, 'place')
  staging = join(folder, '.staging')
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

/** Knows a file by its inode, as callers know it by more. */
function known(at: string): (candidate: string) => boolean {
  const { ino } = lstatSync(at)
  return (candidate) => lstatSync(candidate, { throwIfNoEntry: false })?.ino === ino
}

describe('a place that is free', () => {
  it('is taken by a file', () => {
    writeFileSync(staging, 'new')
    expect(takePlace(staging, path, null)).toBe(true)
    expect(readFileSync(path, 'utf8')).toBe('new')
    expect(lstatSync(path).nlink).toBe(1)
    expect(readdirSync(folder)).toEqual(['place'])
  })

  it('is taken by a link, also by one that leads nowhere', () => {
    symlinkSync('nowhere', staging)
    expect(takePlace(staging, path, null)).toBe(true)
    expect(readlinkSync(path)).toBe('nowhere')
    expect(readdirSync(folder)).toEqual(['place'])
  })

  it.each(['file', 'link', 'folder'])('stays with whoever took it first: a %s', (kind) => {
    if (kind === 'file') writeFileSync(path, 'theirs')
    if (kind === 'link') symlinkSync('theirs', path)
    if (kind === 'folder') mkdirSync(path)
    writeFileSync(staging, 'new')
    expect(takePlace(staging, path, null)).toBe(false)
    symlinkSync('elsewhere', staging)
    expect(takePlace(staging, path, null)).toBe(false)
    expect(lstatSync(path)).toMatchObject({ mode: expect.any(Number) })
    expect(existsSync(path) ? readdirSync(folder) : readlinkSync(path)).toEqual(kind === 'link' ? 'theirs' : ['place'])
  })
})

describe('a place that holds what was looked at', () => {
  it('is taken, by a file or by a link', () => {
    writeFileSync(path, 'old')
    writeFileSync(staging, 'new')
    expect(takePlace(staging, path, known(path))).toBe(true)
    expect(readFileSync(path, 'utf8')).toBe('new')
    symlinkSync('somewhere', staging)
    expect(takePlace(staging, path, known(path))).toBe(true)
    expect(readlinkSync(path)).toBe('somewhere')
    expect(readdirSync(folder)).toEqual(['place'])
  })
})

describe('a place that holds something else', () => {
  it('is left alone', () => {
    writeFileSync(path, 'old')
    const isExpected = known(path)
    writeFileSync(join(folder, 'later'), 'theirs')
    renameSync(join(folder, 'later'), path)
    writeFileSync(staging, 'new')
    expect(takePlace(staging, path, isExpected)).toBe(false)
    expect(readFileSync(path, 'utf8')).toBe('theirs')
    expect(readdirSync(folder)).toEqual(['place'])
  })

  it('and nothing any more, is left free', () => {
    writeFileSync(path, 'old')
    const isExpected = known(path)
    rmSync(path)
    writeFileSync(staging, 'new')
    expect(takePlace(staging, path, isExpected)).toBe(false)
    expect(readdirSync(folder)).toEqual([])
  })

  // The moment between the look and the swap, made as long as needed: the writer comes in with the first answer.
  it.each([
    ['a file', (at: string) => writeFileSync(at, 'theirs')],
    ['a link', (at: string) => symlinkSync('theirs', at)],
    ['a folder', (at: string) => mkdirSync(at)],
  ])('since the last look: %s gets its place back', (_, make) => {
    writeFileSync(path, 'old')
    const isKnown = known(path)
    let asked = 0
    const isExpected = (candidate: string) => {
      const answer = isKnown(candidate)
      if (asked++ > 0) return answer
      renameSync(path, join(folder, 'away'))
      make(path)
      return answer
    }
    writeFileSync(staging, 'new')
    expect(takePlace(staging, path, isExpected)).toBe(false)
    expect(asked).toBe(2)
    const now = lstatSync(path)
    expect(now.isDirectory() ? 'theirs' : now.isFile() ? readFileSync(path, 'utf8') : readlinkSync(path)).toBe('theirs')
    expect(readdirSync(folder).sort()).toEqual(['away', 'place'])
  })

  it('and something else once more before it is back: the last of them stays', () => {
    writeFileSync(path, 'old')
    const isKnown = known(path)
    let asked = 0
    const isExpected = (candidate: string) => {
      const answer = isKnown(candidate)
      writeFileSync(join(folder, 'later'), `theirs, ${++asked}`)
      renameSync(join(folder, 'later'), path)
      return answer
    }
    writeFileSync(staging, 'new')
    expect(takePlace(staging, path, isExpected)).toBe(false)
    expect(readFileSync(path, 'utf8')).toBe('theirs, 2')
    expect(readdirSync(folder)).toEqual(['place'])
  })

  it('and is removed before it is back: it is back all the same', () => {
    writeFileSync(path, 'old')
    const isKnown = known(path)
    let asked = 0
    const isExpected = (candidate: string) => {
      const answer = isKnown(candidate)
      if (++asked === 1) {
        writeFileSync(join(folder, 'later'), 'theirs')
        renameSync(join(folder, 'later'), path)
      } else rmSync(path)
      return answer
    }
    writeFileSync(staging, 'new')
    expect(takePlace(staging, path, isExpected)).toBe(false)
    expect(readFileSync(path, 'utf8')).toBe('theirs')
    expect(readdirSync(folder)).toEqual(['place'])
  })
})

describe('a place that is to be free', () => {
  it('is so, if it holds what was looked at', () => {
    symlinkSync('nowhere', path)
    expect(leavePlace(path, staging, known(path))).toBe(true)
    expect(readdirSync(folder)).toEqual([])
  })

  it('stays with anything else, or free', () => {
    writeFileSync(path, 'theirs')
    expect(leavePlace(path, staging, () => false)).toBe(false)
    expect(readFileSync(path, 'utf8')).toBe('theirs')
    rmSync(path)
    expect(leavePlace(path, staging, () => false)).toBe(false)
    expect(readdirSync(folder)).toEqual([])
  })

  it('stays with what came since the last look', () => {
    symlinkSync('nowhere', path)
    const isKnown = known(path)
    let asked = 0
    const isExpected = (candidate: string) => {
      const answer = isKnown(candidate)
      if (asked++ > 0) return answer
      // Under a name of its own, so that its inode is not that of the link.
      writeFileSync(join(folder, 'later'), 'theirs')
      renameSync(join(folder, 'later'), path)
      return answer
    }
    expect(leavePlace(path, staging, isExpected)).toBe(false)
    expect(readFileSync(path, 'utf8')).toBe('theirs')
    expect(readdirSync(folder)).toEqual(['place'])
  })
})

/** Replaces the file again and again, and after each time waits until it is there to stay; a lost one never is. */
const WRITER = `
const fs = require('fs'), [path, count] = [process.argv[1], Number(process.argv[2])]
for (let n = 1; n <= count; n++) {
  fs.writeFileSync(path + '.w', String(n))
  fs.renameSync(path + '.w', path)
  for (let looks = 0, seen; ; looks++) {
    try { seen = fs.readFileSync(path, 'utf8') } catch (error) { seen = error.code }
    if (seen === String(n)) break
    if (looks > 200_000) { console.log('lost ' + n + ', there is ' + seen); process.exit(1) }
  }
}
console.log('all kept')`

it('a writer that takes no lock loses nothing to one that replaces its file all the time', async () => {
  writeFileSync(path, '0')
  const writer = spawn(process.execPath, ['-e', WRITER, path, '2000'], { stdio: ['ignore', 'pipe', 'inherit'] })
  const said = writer.stdout.setEncoding('utf8').toArray()
  const ended = once(writer, 'exit')
  let [taken, refused] = [0, 0]
  while (writer.exitCode === null) {
    for (let round = 0; round < 100; round++) {
      // Held open, so that its inode is not given to the writer's next file.
      const fd = openSync(path, 'r')
      const { ino } = fstatSync(fd)
      writeFileSync(staging, readFileSync(fd))
      if (takePlace(staging, path, (at) => lstatSync(at, { throwIfNoEntry: false })?.ino === ino)) taken++
      else refused++
      closeSync(fd)
    }
    await setImmediate()
  }
  await ended
  expect((await said).join('')).toBe('all kept\n')
  expect(taken).toBeGreaterThan(0)
  expect(refused).toBeGreaterThan(0)
})
