/** When a runtime is built of copies, and what passes, builds and removals of one profile do beside each other. */
import { existsSync, lstatSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { tryTreeLock } from '../../../src/runtime/locks/tree-lock.js'
import { tearDownRuntime } from '../../../src/runtime/teardown.js'
import { openProfileLab, readText, writeByRename, writeNew } from '../profile-lab.js'
import { openMirrorLab } from './mirror-lab.js'

test('copies are asked for, and stay until the next build', async () => {
  await using lab = await openProfileLab()
  writeNew(lab.inShared('CLAUDE.md'), 'rules')
  expect((await lab.acquire('one', { PERCH_LINK_MODE: 'copy' })).linkMode).toBe('copy')
  expect(lstatSync(lab.inRuntime('CLAUDE.md')).isFile()).toBe(true)
  expect((await lab.acquire('two', { PERCH_LINK_MODE: 'link' })).linkMode).toBe('copy')
  await lab.release('two')
  await lab.release()
  expect((await lab.acquire()).linkMode).toBe('link')
  expect(lstatSync(lab.inRuntime('CLAUDE.md')).isSymbolicLink()).toBe(true)
  expect(await lab.release()).toMatchObject({ kept: false })
})

test('a second session beside a live one gets and gives what is new, and a deletion stays one', async () => {
  await using lab = await openMirrorLab((before) => writeNew(before.inShared('plans', 'gone.md'), 'x'))
  rmSync(lab.inRuntime('plans', 'gone.md'))
  writeNew(lab.inShared('plans', 'theirs.md'), 'of the person')
  await lab.acquire('two')
  expect(readText(lab.inRuntime('plans', 'theirs.md'))).toBe('of the person')
  await lab.settle()
  expect(readdirSync(lab.inShared('plans'))).toEqual(['theirs.md'])
  await lab.release('two')
  await lab.release()
})

test('a pass waits while another, a build or a removal is at work', async () => {
  await using lab = await openMirrorLab()
  {
    using lock = tryTreeLock(lab.live)
    expect(lock).toBeDefined()
    expect(await lab.pass()).toMatchObject({ state: 'waiting' })
  }
  expect(await lab.pass()).toEqual({ state: 'in-step' })
  await lab.release()
})

test('what arrives after the drain keeps its folder standing, and is taken over by the next one', async () => {
  await using lab = await openMirrorLab((before) => {
    writeNew(before.inShared('plans', 'a.md'), 'a')
    writeNew(before.inShared('skills', 's.md'), 's')
  })
  writeByRename(lab.inRuntime('plans', 'a.md'), 'late')
  writeNew(lab.inRuntime('plans', 'new.md'), 'late too')
  expect(await tearDownRuntime(lab.live)).toEqual(expect.arrayContaining(['plans']))
  expect(existsSync(lab.inRuntime('skills'))).toBe(false)
  // Copies that were removed were not deleted.
  expect(await lab.pass()).toEqual({ state: 'in-step' })
  expect(await lab.release()).toMatchObject({ kept: false })
  expect(readText(lab.inShared('plans', 'a.md'))).toBe('late')
  expect(readText(lab.inShared('plans', 'new.md'))).toBe('late too')
  expect(readText(lab.inShared('skills', 's.md'))).toBe('s')
  expect(existsSync(join(lab.folders.sync, 'tree'))).toBe(false)
})

test('an index that is lost does not make copies look like what a client put in place of links', async () => {
  await using lab = await openMirrorLab((before) => writeNew(before.inShared('plans', 'gone.md'), 'x'))
  writeFileSync(join(lab.folders.sync, 'index.json'), 'not JSON')
  rmSync(lab.inShared('plans', 'gone.md'))
  expect(await lab.release()).toMatchObject({ kept: false })
  expect(existsSync(lab.inShared('plans', 'gone.md'))).toBe(false)
  expect(lab.conflicts()).toEqual([])
})
