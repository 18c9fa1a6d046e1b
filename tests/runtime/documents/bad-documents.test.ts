/** What may lie in the place of a document that no client should have written. Nothing of it stops the daemon or is lost. */
import { spawnSync } from 'node:child_process'
import {
  lstatSync,
  mkdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { createServer } from 'node:net'
import { describe, expect, test } from 'vitest'
import { openProfileLab, type ProfileLab, readJson, readText, writeByRename, writeNew } from '../profile-lab.js'
import { CLAUDE_JSON, pass } from './live-documents.js'

const FULL = { a: 1, b: 2, projects: { '/x': {} } }
const LONG_AGO = new Date(Date.now() - 60_000)

async function liveLab(): Promise<ProfileLab> {
  const lab = await openProfileLab()
  writeNew(lab.globalDocument, JSON.stringify(FULL))
  await lab.acquire()
  return lab
}

const SIDES = [
  ['replica', (lab: ProfileLab) => lab.inRuntime(CLAUDE_JSON), (lab: ProfileLab) => lab.globalDocument],
  ['shared document', (lab: ProfileLab) => lab.globalDocument, (lab: ProfileLab) => lab.inRuntime(CLAUDE_JSON)],
] as const

const DEEP = `{"a":${'['.repeat(100_000)}${']'.repeat(100_000)}}`

describe.each(SIDES)('in the place of the %s', (_, badOf, goodOf) => {
  const whileWritten = { state: 'waiting', againInMs: 250 }
  test.each([
    ['a text that is cut off', '{"a":1,"ha', whileWritten, 'is not a JSON document'],
    ['an empty file', '', whileWritten, 'is empty'],
    ['bytes that are not UTF-8', Buffer.from([0x7b, 0x22, 0xff, 0x22, 0x3a, 0x31, 0x7d]), whileWritten, 'is not UTF-8'],
    ['an array', '[1,2]', { state: 'blocked' }, 'it holds no object'],
    ['100,000 levels', DEEP, { state: 'blocked' }, 'nested more than 256 levels deep'],
  ])('%s: looked at again while it is young, then blocked, and nothing is touched', async (_what, content, young, why) => {
    await using lab = await liveLab()
    const [bad, good] = [badOf(lab), goodOf(lab)]
    writeFileSync(bad, content)
    const bytes = readFileSync(bad)
    writeByRename(good, JSON.stringify({ ...FULL, added: 1 }))
    expect(await pass(lab)).toMatchObject({ ...young, why: expect.stringContaining(why) })
    utimesSync(bad, LONG_AGO, LONG_AGO)
    expect(await pass(lab)).toMatchObject({ state: 'blocked', why: expect.stringContaining(`${bad} `) })
    expect(readFileSync(bad).equals(bytes)).toBe(true)
    expect(readJson(good)).toEqual({ ...FULL, added: 1 })

    writeByRename(bad, JSON.stringify({ ...FULL, mended: 1 }))
    expect(await pass(lab)).toEqual({ state: 'in-step' })
    expect(readJson(bad)).toEqual({ ...FULL, mended: 1, added: 1 })
    expect(readJson(good)).toEqual({ ...FULL, added: 1, mended: 1 })
  })

  test.each([
    ['a folder', (path: string) => mkdirSync(path), 'but a folder'],
    ['a FIFO', (path: string) => spawnSync('mkfifo', [path]), 'not even a file'],
    ['a link to nothing', (path: string) => symlinkSync('/nowhere/at/all', path), 'link'],
    ['a loop of links', (path: string) => symlinkSync(path, path), 'link'],
  ])('%s: blocked, and it stays what it is', async (_what, make, why) => {
    await using lab = await liveLab()
    const bad = badOf(lab)
    rmSync(bad)
    make(bad)
    const before = lstatSync(bad)
    expect(await pass(lab)).toMatchObject({ state: 'blocked', why: expect.stringContaining(why) })
    expect(lstatSync(bad).ino).toBe(before.ino)
    expect(readJson(goodOf(lab))).toEqual(FULL)
    rmSync(bad, { recursive: true })
    await lab.release()
  })

  test('a socket: blocked', async () => {
    await using lab = await liveLab()
    const bad = badOf(lab)
    rmSync(bad)
    const server = createServer()
    await new Promise<void>((listening) => server.listen(bad, listening))
    expect(await pass(lab)).toMatchObject({ state: 'blocked', why: expect.stringContaining('not even a file') })
    await new Promise((closed) => server.close(closed))
  })

  test('50 MB: blocked, and not even read', async () => {
    await using lab = await liveLab()
    const [bad, good] = [badOf(lab), goodOf(lab)]
    truncateSync(bad, 50 * 1024 * 1024)
    writeByRename(good, JSON.stringify({ ...FULL, added: 1 }))
    expect(await pass(lab)).toMatchObject({ state: 'blocked', why: expect.stringContaining(`${bad} is larger than 16 MiB`) })
    expect(statSync(bad).size).toBe(50 * 1024 * 1024)
    expect(readJson(good)).toEqual({ ...FULL, added: 1 })
  })

  test('keys that look like a prototype are keys', async () => {
    await using lab = await liveLab()
    const [one, other] = [badOf(lab), goodOf(lab)]
    const text = '{"a":1,"b":2,"projects":{"/x":{},"__proto__":{"p":1}},"__proto__":{"x":1},"constructor":2,"":3}'
    writeByRename(one, text)
    expect(await pass(lab)).toEqual({ state: 'in-step' })
    expect(readText(one)).toBe(text)
    expect(readText(other)).toBe(text)
    expect(Object.hasOwn({}, 'x')).toBe(false)
  })
})

test('a document of 50 MB waits for the end of the session, and is merged then', { timeout: 60_000 }, async () => {
  await using lab = await liveLab()
  const large = { ...FULL, projects: { '/x': { history: ['y'.repeat(50 * 1024 * 1024)] } } }
  writeByRename(lab.inRuntime(CLAUDE_JSON), JSON.stringify(large))
  writeByRename(lab.globalDocument, JSON.stringify({ ...FULL, added: 1 }))
  expect(await pass(lab)).toMatchObject({ state: 'blocked' })
  expect(readJson(lab.globalDocument)).toEqual({ ...FULL, added: 1 })
  expect(await lab.release()).toMatchObject({ kept: false })
  const merged = readJson(lab.globalDocument)
  expect(merged.added).toBe(1)
  expect(JSON.stringify(merged.projects)).toBe(JSON.stringify(large.projects))
})

test('after a session the drain keeps what is no document, and never waits for a FIFO', async () => {
  await using lab = await liveLab()
  writeFileSync(lab.inRuntime(CLAUDE_JSON), DEEP)
  await lab.release()
  expect(lab.conflicts()).toEqual([DEEP])
  expect(readJson(lab.globalDocument)).toEqual(FULL)

  rmSync(lab.globalDocument)
  spawnSync('mkfifo', [lab.globalDocument])
  expect((await lab.acquire()).notices.join()).toContain('not even a file')
  await lab.release()
  expect(lstatSync(lab.globalDocument).isFIFO()).toBe(true)
})
