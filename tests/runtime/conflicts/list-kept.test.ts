import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { conflictsFolder } from '../../../src/profiles/profile-definition.js'
import type { KeptPlace } from '../../../src/runtime/conflicts/kept-record.js'
import { KEPT_ASIDE_LIMIT, keepBytesAside, moveAside } from '../../../src/runtime/tree/kept-aside.js'
import { openKeptLab } from './kept-lab.js'

test('what waits for a decision is told from what was only not thrown away', async () => {
  await using lab = await openKeptLab()
  const target = lab.inShared('notes.md')
  keepBytesAside(lab.keeper, 'notes.md', 'lost', 'both changed', { kind: 'file', target })
  keepBytesAside(lab.keeper, 'half', '{"a', 'it was cut off')
  const folder = join(lab.root, 'stranger')
  mkdirSync(folder)
  moveAside(lab.keeper, folder, 'it was in the place of the login')
  expect(lab.kept()).toMatchObject([
    { name: 'notes.md', state: 'open', kind: 'file', target, why: 'both changed', bytes: 4, profile: 'work' },
    { name: 'half', state: 'leftover', kind: 'file', target: null, why: 'it was cut off' },
    { name: 'stranger', state: 'leftover', kind: 'folder', bytes: null },
  ])
})

test('a thing without its record, and a record without its thing, are both told', async () => {
  await using lab = await openKeptLab()
  const target = lab.inShared('notes.md')
  const path = keepBytesAside(lab.keeper, 'notes.md', 'lost', 'both changed', { kind: 'file', target })
  rmSync(path)
  expect(lab.kept()).toMatchObject([{ name: 'notes.md', state: 'gone', path: null, why: 'both changed', target }])
  const orphan = keepBytesAside(lab.keeper, 'other.md', 'lost', 'both changed', { kind: 'file', target })
  rmSync(join(lab.folders.sync, 'kept'), { recursive: true })
  expect(lab.kept()).toMatchObject([{ name: 'other.md', state: 'leftover', path: orphan, why: null, target: null }])
  writeFileSync(join(conflictsFolder(lab.paths, 'work'), 'put-here-by-somebody'), '')
  expect(lab.kept()).toHaveLength(1)
})

test('a damaged record takes nothing away but what it said', async () => {
  await using lab = await openKeptLab()
  keepBytesAside(lab.keeper, 'notes.md', 'lost', 'both changed', { kind: 'file', target: lab.inShared('notes.md') })
  const records = join(lab.folders.sync, 'kept')
  for (const name of readdirSync(records)) writeFileSync(join(records, name), '{"kind":"fi')
  expect(lab.kept()).toMatchObject([{ name: 'notes.md', state: 'leftover', target: null }])
})

test('what cannot be kept leaves no record, and stays where it is', async () => {
  await using lab = await openKeptLab()
  expect(() => moveAside(lab.keeper, join(lab.root, 'nothing'), 'why')).toThrow()
  const state = conflictsFolder(lab.paths, 'work')
  mkdirSync(join(state, '..'), { recursive: true })
  writeFileSync(state, 'a file in the place of the folder')
  const source = join(lab.root, 'source')
  writeFileSync(source, 'mine')
  expect(() => moveAside(lab.keeper, source, 'why')).toThrow(expect.objectContaining({ code: 'not-writable' }))
  rmSync(state)
  expect(lab.kept()).toEqual([])
})

test('leftovers make room before anything that waits for a decision', async () => {
  await using lab = await openKeptLab()
  keepBytesAside(lab.keeper, 'notes.md', 'lost', 'both changed', { kind: 'file', target: lab.inShared('notes.md') })
  for (let at = 0; at < KEPT_ASIDE_LIMIT + 3; at += 1) keepBytesAside(lab.keeper, 'half', String(at), 'it was cut off')
  expect(lab.kept()).toHaveLength(KEPT_ASIDE_LIMIT)
  expect(lab.only('open').name).toBe('notes.md')
  expect(readdirSync(join(lab.folders.sync, 'kept'))).toHaveLength(KEPT_ASIDE_LIMIT)
})

test('what comes up again at every look is kept once, and told once', async () => {
  await using lab = await openKeptLab()
  const belongs = { kind: 'file', target: lab.inShared('notes.md') } as const
  const keep = (name: string, bytes: string, place?: KeptPlace) => keepBytesAside(lab.keeper, name, bytes, 'both changed', place)
  const path = keep('notes.md', 'lost', belongs)
  expect([keep('notes.md', 'lost', belongs), lab.keeper.notices.length, lab.kept().length]).toEqual([path, 1, 1])
  // Other bytes, another place, another name, and what must be there to undo a decision.
  keep('notes.md', 'tost', belongs)
  keep('notes.md', 'lost')
  keep('other.md', 'lost', belongs)
  keep('notes.md', 'lost', { ...belongs, isDecided: true })
  keep('notes.md', 'lost', { ...belongs, isDecided: true })
  expect(lab.kept()).toHaveLength(6)
})
