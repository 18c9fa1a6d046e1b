import { execFileSync } from 'node:child_process'
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { dirname, join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { conflictsFolder } from '../../../src/profiles/profile-definition.js'
import { putFileBack } from '../../../src/runtime/conflicts/put-file-back.js'
import { KEPT_ASIDE_LIMIT, type Keeper, keepBytesAside, moveAside } from '../../../src/runtime/tree/kept-aside.js'
import { requiresPlatform, requiresRoot } from '../../kit/requirement.js'
import { mountSmallDisk } from '../../kit/small-disk.js'
import { login, readJson, readText, writeNew } from '../profile-lab.js'
import { type KeptLab, openKeptLab } from './kept-lab.js'

/** `notes.md` in the shared home, and another copy that lost. */
async function withLostNotes(): Promise<KeptLab & { readonly notes: string }> {
  const lab = await openKeptLab()
  const notes = lab.inShared('notes.md')
  writeFileSync(notes, 'current', { mode: 0o644 })
  keepBytesAside(lab.keeper, 'notes.md', 'kept', 'both changed', { kind: 'file', target: notes })
  return { ...lab, notes }
}

describe('a file', () => {
  test('is exchanged for the kept one, and exchanged again', async () => {
    await using lab = await withLostNotes()
    chmodSync(lab.notes, 0o755)
    const undo = await lab.resolve(lab.only('open'), 'kept')
    expect([readText(lab.notes), statSync(lab.notes).mode & 0o777]).toEqual(['kept', 0o755])
    expect(lab.kept()).toMatchObject([{ id: undo, state: 'decided', target: lab.notes, bytes: 7 }])
    await lab.resolve(lab.only('decided'), 'kept')
    expect([readText(lab.notes), statSync(lab.notes).mode & 0o777]).toEqual(['current', 0o755])
    await lab.resolve(lab.only('decided'), 'current')
    expect(lab.kept()).toEqual([])
    expect(readText(lab.notes)).toBe('current')
    expect(lab.journal().filter(({ what }) => what === 'resolved')).toHaveLength(3)
  })

  test('that lost stays away when the current one is taken, which leaves nothing behind', async () => {
    await using lab = await withLostNotes()
    expect(await lab.resolve(lab.only('open'), 'current')).toBeNull()
    expect(readText(lab.notes)).toBe('current')
    expect([readdirSync(conflictsFolder(lab.paths, 'work')), readdirSync(join(lab.folders.sync, 'kept'))]).toEqual([[], []])
  })

  test('that nobody has any more comes back', async () => {
    await using lab = await withLostNotes()
    rmSync(lab.notes)
    expect(await lab.resolve(lab.only('open'), 'kept')).toBeNull()
    expect(readText(lab.notes)).toBe('kept')
  })

  test('whose folder is gone stays where it is kept', async () => {
    await using lab = await openKeptLab()
    const target = lab.inShared('gone', 'notes.md')
    const path = keepBytesAside(lab.keeper, 'notes.md', 'kept', 'both changed', { kind: 'file', target })
    await expect(lab.resolve(lab.only('open'), 'kept')).rejects.toMatchObject({
      code: 'target-gone',
      hint: expect.stringContaining(path),
    })
    expect(readText(path)).toBe('kept')
  })

  test('that the person has behind a link is put behind the link', async () => {
    await using lab = await withLostNotes()
    const real = join(lab.root, 'dotfiles.md')
    writeFileSync(real, 'current')
    rmSync(lab.notes)
    symlinkSync(real, lab.notes)
    await lab.resolve(lab.only('open'), 'kept')
    expect([readlinkSync(lab.notes), readText(real)]).toEqual([real, 'kept'])
  })

  test('and a folder of one name are exchanged, either way', async () => {
    await using lab = await openKeptLab()
    const target = lab.inShared('notes')
    writeFileSync(target, 'a file')
    writeNew(join(lab.root, 'notes', 'inside.md'), 'of the folder')
    moveAside(lab.keeper, join(lab.root, 'notes'), 'something else has this name', { kind: 'folder', target })
    expect(lab.only('open').kind).toBe('folder')
    await lab.resolve(lab.only('open'), 'kept')
    expect(readText(join(target, 'inside.md'))).toBe('of the folder')
    await lab.resolve(lab.only('decided'), 'kept')
    expect(readText(target)).toBe('a file')
    expect(lab.only('decided').kind).toBe('folder')
  })

  test('that is put back is not what makes room for the other', async () => {
    await using lab = await withLostNotes()
    const thing = lab.only('open')
    for (let at = 1; at < KEPT_ASIDE_LIMIT; at += 1) {
      keepBytesAside(lab.keeper, 'more.md', String(at), 'both changed', { kind: 'file', target: lab.inShared('more.md') })
    }
    const undo = await lab.resolve(thing, 'kept')
    expect(readText(lab.notes)).toBe('kept')
    expect(lab.only('decided')).toMatchObject({ id: undo, bytes: 7 })
  })
})

test('a write of the very moment is not overwritten: nothing is taken then, and nothing kept in vain', async () => {
  await using lab = await withLostNotes()
  const thing = lab.only('open')
  const { path, target } = thing
  if (path === null || target === null) throw new Error('it has no place')
  const writing: Keeper = { ...lab.keeper, journal: { write: () => writeFileSync(lab.notes, 'written just now') } }
  expect(() => putFileBack(writing, { ...thing, path, target })).toThrow(expect.objectContaining({ code: 'lock-timeout' }))
  expect(readText(lab.notes)).toBe('written just now')
  expect(lab.kept()).toEqual([thing])
  expect(readdirSync(dirname(lab.notes))).toEqual(['notes.md'])
})

describe('keys', () => {
  async function withLostTheme(current: string): Promise<KeptLab> {
    const lab = await openKeptLab()
    writeFileSync(lab.globalDocument, current)
    const lost = [{ path: ['theme'], winner: 'theirs', lost: 'blue' }]
    keepBytesAside(lab.keeper, '.claude.json', JSON.stringify(lost), 'both changed', { kind: 'keys', target: lab.globalDocument })
    return lab
  }

  test('are set, and set back, and everything else of the document stays', async () => {
    await using lab = await withLostTheme('{"a":1,"theme":"dark","b":2}')
    await lab.resolve(lab.only('open'), 'kept')
    expect(readText(lab.globalDocument)).toBe('{"a":1,"theme":"blue","b":2}')
    await lab.resolve(lab.only('decided'), 'kept')
    expect(readText(lab.globalDocument)).toBe('{"a":1,"theme":"dark","b":2}')
  })

  test('that were not there are taken away again', async () => {
    await using lab = await withLostTheme('{"a":1}')
    await lab.resolve(lab.only('open'), 'kept')
    expect(readJson(lab.globalDocument)).toEqual({ a: 1, theme: 'blue' })
    await lab.resolve(lab.only('decided'), 'kept')
    expect(readJson(lab.globalDocument)).toEqual({ a: 1 })
  })

  test('of a document that is broken or gone stay where they are', async () => {
    await using lab = await withLostTheme('[1')
    await expect(lab.resolve(lab.only('open'), 'kept')).rejects.toMatchObject({ code: 'corrupt-file' })
    rmSync(lab.globalDocument)
    await expect(lab.resolve(lab.only('open'), 'kept')).rejects.toMatchObject({ code: 'target-gone' })
    expect(lab.kept()).toHaveLength(1)
  })

  test('wait for the client that is writing, and nothing is kept in vain', async () => {
    await using lab = await withLostTheme('{"theme":"dark"}')
    mkdirSync(`${lab.globalDocument}.lock`)
    await expect(lab.resolve(lab.only('open'), 'kept')).rejects.toMatchObject({ code: 'lock-timeout' })
    expect(readJson(lab.globalDocument)).toEqual({ theme: 'dark' })
    expect(lab.kept()).toHaveLength(1)
  })

  test('that nobody can read are said to be so', async () => {
    await using lab = await withLostTheme('{"theme":"dark"}')
    const thing = lab.only('open')
    writeFileSync(thing.path ?? '', '{')
    await expect(lab.resolve(thing, 'kept')).rejects.toMatchObject({ code: 'corrupt-file' })
  })
})

describe('a login', () => {
  test('is exchanged while nobody uses it, and never shown', async () => {
    await using lab = await openKeptLab()
    writeNew(lab.durableLogin, login('now'))
    const belongs = { kind: 'login', target: lab.durableLogin } as const
    keepBytesAside(lab.keeper, '.credentials.json', login('before'), 'of two logins this one lost', belongs)
    await lab.resolve(lab.only('open'), 'kept')
    expect(readText(lab.durableLogin)).toBe(login('before'))
    expect(statSync(lab.durableLogin).mode & 0o777).toBe(0o600)
    const undo = lab.only('decided')
    expect(undo).toMatchObject({ kind: 'login', name: '.credentials.json' })
    expect(readText(undo.path ?? '')).toBe(login('now'))
    expect(JSON.stringify([lab.journal(), lab.kept(), lab.keeper.notices])).not.toContain('access-')
  })

  test('is not, while a session does', async () => {
    await using lab = await openKeptLab()
    writeNew(lab.durableLogin, login('now'))
    const belongs = { kind: 'login', target: lab.durableLogin } as const
    keepBytesAside(lab.keeper, '.credentials.json', login('before'), 'of two logins this one lost', belongs)
    await lab.acquire()
    await expect(lab.resolve(lab.only('open'), 'kept')).rejects.toMatchObject({ code: 'profile-in-use' })
    expect([readText(lab.durableLogin), lab.kept().length]).toEqual([login('now'), 1])
    await lab.release()
  })
})

describe('what cannot be taken', () => {
  test('was decided by somebody else meanwhile', async () => {
    await using lab = await withLostNotes()
    const thing = lab.only('open')
    const both = await Promise.allSettled([lab.resolve(thing, 'kept'), lab.resolve(thing, 'kept')])
    expect(both.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected'])
    expect(readText(lab.notes)).toBe('kept')
    expect(readFileSync(lab.only('decided').path ?? '', 'utf8')).toBe('current')
  })

  test('has no place, or is gone; it can be let go of', async () => {
    await using lab = await openKeptLab()
    rmSync(keepBytesAside(lab.keeper, 'a.md', 'x', 'both changed', { kind: 'file', target: lab.inShared('a.md') }))
    keepBytesAside(lab.keeper, 'half', '{', 'it was cut off')
    await expect(lab.resolve(lab.only('leftover'), 'kept')).rejects.toMatchObject({ code: 'target-gone' })
    await expect(lab.resolve(lab.only('gone'), 'kept')).rejects.toMatchObject({ code: 'conflict-not-found' })
    for (const thing of lab.kept()) await lab.resolve(thing, 'current')
    expect(lab.kept()).toEqual([])
  })

  test.for([
    ['full', 'disk-full'],
    ['read-only', 'not-writable'],
  ] as const)('has its conflicts on a disk that is %s: nothing changes', async ([which, code], context) => {
    requiresPlatform(context, 'linux')
    requiresRoot(context)
    await using lab = await openKeptLab()
    const notes = lab.inShared('notes.md')
    writeFileSync(notes, 'x'.repeat(8_000))
    const folder = conflictsFolder(lab.paths, 'work')
    mkdirSync(folder, { recursive: true })
    await using disk = mountSmallDisk(folder, 'size=64k,mode=700')
    keepBytesAside(lab.keeper, 'notes.md', 'kept', 'both changed', { kind: 'file', target: notes })
    if (which === 'full') disk.fill()
    else execFileSync('mount', ['-o', 'remount,ro', folder])
    const thing = lab.only('open')
    await expect(lab.resolve(thing, 'kept')).rejects.toMatchObject({ code })
    expect(readText(notes)).toBe('x'.repeat(8_000))
    expect(existsSync(thing.path ?? '')).toBe(true)
    expect(lab.kept()).toEqual([thing])
    if (which === 'read-only') await expect(lab.resolve(thing, 'current')).rejects.toMatchObject({ code })
  })
})
