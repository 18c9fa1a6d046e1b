/** Names that are legal and that nobody expects: as long as a name can be, not UTF-8, with line feeds. */
import { lstatSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { requiresPlatform } from '../kit/requirement.js'
import { openProfileLab, readText, writeNew } from './profile-lab.js'

const LONG = 'x'.repeat(255)

const MODES = ['link', 'copy'] as const

test.each(MODES)('a name as long as a name can be is there in %s mode, and taken over', async (linkMode) => {
  await using lab = await openProfileLab({ linkMode })
  writeNew(lab.inShared(LONG), 'of the person')
  await lab.acquire()
  expect(readText(lab.inRuntime(LONG))).toBe('of the person')
  const own = 'y'.repeat(255)
  writeNew(lab.inRuntime(own), 'of the session')
  expect(await lab.release()).toMatchObject({ kept: false })
  expect(readText(lab.inShared(own))).toBe('of the session')
})

test.each(MODES)('a conflict over such a name keeps both (%s mode)', async (linkMode) => {
  await using lab = await openProfileLab({ linkMode })
  mkdirSync(lab.inShared(LONG))
  await lab.acquire()
  // A file where the shared home has a folder cannot be taken over.
  rmSync(lab.inRuntime(LONG), { recursive: true })
  writeFileSync(lab.inRuntime(LONG), 'of the session')
  expect(await lab.release()).toMatchObject({ kept: false })
  expect(lab.conflicts()).toEqual(['of the session'])
  expect(lstatSync(lab.inShared(LONG)).isDirectory()).toBe(true)
})

test('a name that is not UTF-8 is taken over under one that is, also in a folder that is united with another', async (context) => {
  requiresPlatform(context, 'linux')
  await using lab = await openProfileLab()
  writeNew(lab.inShared('notes', 'there'), 'of the person')
  writeFileSync(bytesBelow(lab.sharedHome, 'theirs-\xff'), 'of the person')
  await lab.acquire()
  writeFileSync(bytesBelow(lab.folders.runtime, 'mine-\xe9'), 'one')
  writeFileSync(lab.inRuntime('mine-%E9'), 'two')
  rmSync(lab.inRuntime('notes'))
  mkdirSync(lab.inRuntime('notes'))
  writeFileSync(bytesBelow(lab.inRuntime('notes'), 'deep-\xe9'), 'three')
  expect(await lab.release()).toMatchObject({ kept: false })
  const taken = readdirSync(lab.sharedHome).filter((name) => name.startsWith('mine-'))
  expect(taken.map((name) => readText(lab.inShared(name))).sort()).toEqual(['one', 'two'])
  expect(readText(lab.inShared('notes', 'deep-%E9'))).toBe('three')
  expect(readText(lab.inShared('notes', 'there'))).toBe('of the person')
  expect(readFileSync(bytesBelow(lab.sharedHome, 'theirs-\xff'), 'utf8')).toBe('of the person')
})

/** A path whose last name is these bytes, given as latin1. */
function bytesBelow(folder: string, name: string): Buffer {
  return Buffer.concat([Buffer.from(`${folder}/`), Buffer.from(name, 'latin1')])
}
