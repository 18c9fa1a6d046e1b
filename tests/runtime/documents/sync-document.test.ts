/** A pass over one document beside live sessions: what crosses, what stays, what is not followed. */
import { existsSync, mkdirSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { DocumentMemory } from '../../../src/runtime/documents/document-memory.js'
import { openProfileLab, type ProfileLab, readJson, readText, writeByRename, writeNew } from '../profile-lab.js'
import { CLAUDE_JSON, pass, SETTINGS } from './live-documents.js'

const IN_STEP = { state: 'in-step' }
const FULL = { a: 1, b: 2, c: 3, projects: { '/x': {}, '/y': {}, '/z': {} } }

/** A lab with a live session, whose shared document is `shared`. */
async function liveLab(shared: unknown = FULL): Promise<ProfileLab> {
  const lab = await openProfileLab()
  writeNew(lab.globalDocument, typeof shared === 'string' ? shared : JSON.stringify(shared))
  await lab.acquire()
  return lab
}

const replicaOf = (lab: ProfileLab) => lab.inRuntime(CLAUDE_JSON)
const lines = (lab: ProfileLab, what: string) => lab.journal().filter((line) => line.what === what)

test('a key changed in one runtime reaches the shared document and the other runtime, with one line for each direction', async () => {
  await using work = await liveLab()
  const play = await work.add('play')
  await play.acquire()
  writeByRename(replicaOf(work), JSON.stringify({ ...FULL, theme: 'light', oauthAccount: { of: 'work' } }))
  expect(await pass(work)).toEqual(IN_STEP)
  expect(await pass(play)).toEqual(IN_STEP)
  expect(readJson(work.globalDocument)).toEqual({ ...FULL, theme: 'light' })
  expect(readJson(replicaOf(play))).toEqual({ ...FULL, theme: 'light' })
  expect(lines(work, 'merged')).toMatchObject([{ from: replicaOf(work), to: work.globalDocument }])
  expect(lines(play, 'merged')).toMatchObject([{ from: work.globalDocument, to: replicaOf(play) }])
})

test('a pass with nothing to do writes nothing and tells nothing', async () => {
  await using lab = await liveLab()
  const memory = new DocumentMemory()
  await pass(lab, CLAUDE_JSON, memory)
  const before = [lab.globalDocument, replicaOf(lab)].map((path) => statSync(path, { bigint: true }))
  const told = lab.journal().length
  for (let again = 0; again < 3; again++) expect(await pass(lab, CLAUDE_JSON, memory)).toEqual(IN_STEP)
  const after = [lab.globalDocument, replicaOf(lab)].map((path) => statSync(path, { bigint: true }))
  expect(after.map(({ ino, ctimeNs }) => [ino, ctimeNs])).toEqual(before.map(({ ino, ctimeNs }) => [ino, ctimeNs]))
  expect(lab.journal()).toHaveLength(told)
})

test('the same key changed on both sides: the later write wins, the loser is kept and told; counters are merged quietly', async () => {
  await using lab = await liveLab({ ...FULL, numStartups: 1 })
  writeByRename(lab.globalDocument, JSON.stringify({ ...FULL, a: 'person', numStartups: 2 }), Date.now() - 9_000)
  writeByRename(replicaOf(lab), JSON.stringify({ ...FULL, a: 'session', numStartups: 5 }), Date.now() - 2_000)
  await pass(lab)
  expect(readJson(lab.globalDocument)).toMatchObject({ a: 'session', numStartups: 5 })
  expect(lines(lab, 'conflict')).toMatchObject([{ why: 'a: the session was written later' }])
  expect(lab.conflicts().map((text) => JSON.parse(text))).toEqual([[{ path: ['a'], winner: 'ours', lost: 'person' }]])
})

test('each side keeps its own layout: indent, line ends, byte order mark, final newline, order of keys', async () => {
  const shared = `\ufeff${JSON.stringify({ z: 1, ...FULL }, null, 4).replaceAll('\n', '\r\n')}\r\n`
  await using lab = await liveLab(shared)
  writeByRename(replicaOf(lab), JSON.stringify({ added: 1, ...FULL, z: 1 }, null, 2))
  expect(await pass(lab)).toEqual(IN_STEP)
  expect(readText(lab.globalDocument)).toBe(
    `\ufeff${JSON.stringify({ z: 1, ...FULL, added: 1 }, null, 4).replaceAll('\n', '\r\n')}\r\n`,
  )
  writeByRename(lab.globalDocument, readText(lab.globalDocument).replace('"a": 1', '"a": 7'))
  await pass(lab)
  expect(readText(replicaOf(lab))).toBe(JSON.stringify({ added: 1, ...FULL, a: 7, z: 1 }, null, 2))
})

test('a text with equal keys is not written again when nothing else has changed', async () => {
  const text = '{"a":0,"a":1,"b":2,"projects":{}}'
  await using lab = await liveLab(text)
  expect(await pass(lab)).toEqual(IN_STEP)
  expect(readText(lab.globalDocument)).toBe(text)
})

test('private keys are kept with the profile at every pass and cross to nobody, whatever the overlay says by now', async () => {
  await using lab = await openProfileLab({ changes: { settings: { statusLine: { command: 'secret-of-work' } } } })
  const plain = { theme: 'dark', env: { ANTHROPIC_API_KEY: 'of-plain', A: '1' }, model: 'of-plain' }
  writeNew(lab.inShared(SETTINGS), JSON.stringify(plain))
  const other = await lab.add('other')
  await lab.acquire()
  await other.acquire()
  const replica = readJson(lab.inRuntime(SETTINGS))
  const changed = { ...replica, theme: 'light', model: 'of-work', env: { ANTHROPIC_API_KEY: 'of-work', A: '2' } }
  writeByRename(lab.inRuntime(SETTINGS), JSON.stringify(changed))
  expect(await pass({ ...lab, profile: { ...lab.profile, settings: {} } }, SETTINGS)).toEqual(IN_STEP)
  expect(await pass(other, SETTINGS)).toEqual(IN_STEP)
  expect(readJson(lab.inShared(SETTINGS))).toEqual({ ...plain, theme: 'light', env: { ANTHROPIC_API_KEY: 'of-plain', A: '2' } })
  expect(readJson(other.inRuntime(SETTINGS))).toEqual({ theme: 'light', env: { A: '2' } })
  expect(readJson(`${lab.folders.state}/${SETTINGS}`)).toEqual({ model: 'of-work', env: { ANTHROPIC_API_KEY: 'of-work' } })
})

test('an object in which the overlay sets a private key makes no empty one in the shared settings', async () => {
  await using lab = await openProfileLab({ changes: { settings: { env: { ANTHROPIC_API_KEY: 'of-work' } } } })
  writeNew(lab.inShared(SETTINGS), '{"theme":"dark"}')
  await lab.acquire()
  expect(await pass(lab, SETTINGS)).toEqual(IN_STEP)
  expect(readText(lab.inShared(SETTINGS))).toBe('{"theme":"dark"}')
})

test('something else in the place of an object drops no private key in it, on either side, and is no endless quarrel', async () => {
  await using lab = await openProfileLab()
  writeNew(lab.inShared(SETTINGS), JSON.stringify({ theme: 'dark', env: { ANTHROPIC_API_KEY: 'of-plain', A: '1' } }))
  await lab.acquire()
  writeByRename(lab.inRuntime(SETTINGS), JSON.stringify({ theme: 'light', env: 'nonsense' }))
  for (let again = 0; again < 3; again++) expect(await pass(lab, SETTINGS)).toEqual(IN_STEP)
  expect(readJson(lab.inShared(SETTINGS))).toEqual({ theme: 'light', env: { ANTHROPIC_API_KEY: 'of-plain' } })
  expect(readJson(lab.inRuntime(SETTINGS))).toEqual({ theme: 'light', env: 'nonsense' })
  expect(lines(lab, 'merged')).toHaveLength(1)
})

test('a replica that was reset is restored with what is its own, also a login since; the reset text is kept aside', async () => {
  await using lab = await liveLab({ ...FULL, oauthAccount: { of: 'plain' } })
  writeByRename(replicaOf(lab), JSON.stringify({ ...FULL, oauthAccount: { of: 'work' }, primaryApiKey: 'of-work' }))
  await pass(lab)
  const reset = '{"numStartups":1,"oauthAccount":{"of":"work, again"}}'
  writeByRename(replicaOf(lab), reset)
  expect(await pass(lab)).toEqual(IN_STEP)
  const own = { oauthAccount: { of: 'work, again' }, primaryApiKey: 'of-work' }
  expect(readJson(replicaOf(lab))).toEqual({ ...FULL, ...own })
  expect(readJson(lab.globalDocument)).toEqual({ ...FULL, oauthAccount: { of: 'plain' } })
  expect(readJson(`${lab.folders.state}/${CLAUDE_JSON}`)).toEqual(own)
  expect(lab.conflicts()).toEqual([reset])
  expect(lines(lab, 'not-followed')).toMatchObject([{ from: replicaOf(lab) }])
  expect(lines(lab, 'restored')).toMatchObject([{ to: replicaOf(lab) }])
})

test('a shared document that was reset is restored, with what the session has changed since; both at once as well', async () => {
  await using lab = await liveLab({ ...FULL, oauthAccount: { of: 'plain' } })
  writeByRename(lab.globalDocument, '{"oauthAccount":{"of":"plain"}}')
  writeByRename(replicaOf(lab), JSON.stringify({ ...FULL, added: 1 }))
  expect(await pass(lab)).toEqual(IN_STEP)
  expect(readJson(lab.globalDocument)).toEqual({ ...FULL, added: 1, oauthAccount: { of: 'plain' } })
  expect(lab.conflicts()).toEqual(['{"oauthAccount":{"of":"plain"}}'])

  writeByRename(lab.globalDocument, '{"oauthAccount":{"of":"plain"}}')
  writeByRename(replicaOf(lab), '{}')
  expect(await pass(lab)).toEqual(IN_STEP)
  expect(readJson(lab.globalDocument)).toEqual({ ...FULL, added: 1, oauthAccount: { of: 'plain' } })
  expect(readJson(replicaOf(lab))).toEqual({ ...FULL, added: 1 })
})

test('a document that was deleted as a whole comes back, the replica and the shared one, once it stays away', async () => {
  await using lab = await liveLab()
  writeByRename(replicaOf(lab), JSON.stringify({ ...FULL, oauthAccount: { of: 'work' } }))
  const memory = new DocumentMemory()
  await pass(lab, CLAUDE_JSON, memory)
  for (const [path, expected] of [
    [replicaOf(lab), { ...FULL, oauthAccount: { of: 'work' } }],
    [lab.globalDocument, FULL],
  ] as const) {
    rmSync(path)
    expect(await pass(lab, CLAUDE_JSON, memory)).toMatchObject({ state: 'waiting', againInMs: 250 })
    expect(existsSync(path)).toBe(false)
    await expect.poll(() => pass(lab, CLAUDE_JSON, memory), { timeout: 3_000, interval: 250 }).toEqual(IN_STEP)
    expect(readJson(path)).toEqual(expected)
  }
})

test('a client that was gone for a moment begins a new time of waiting', async () => {
  await using lab = await liveLab()
  const memory = new DocumentMemory()
  rmSync(replicaOf(lab))
  expect(await pass(lab, CLAUDE_JSON, memory)).toMatchObject({ state: 'waiting' })
  writeByRename(replicaOf(lab), JSON.stringify({ ...FULL, added: 1 }))
  expect(await pass(lab, CLAUDE_JSON, memory)).toEqual(IN_STEP)
  expect(readJson(lab.globalDocument)).toEqual({ ...FULL, added: 1 })
})

test('while the client holds its lock nothing is written, and the pass is to be made again soon', async () => {
  await using lab = await liveLab()
  writeByRename(replicaOf(lab), JSON.stringify({ ...FULL, added: 1 }))
  mkdirSync(`${lab.globalDocument}.lock`)
  expect(await pass(lab)).toMatchObject({ state: 'waiting', why: `the agent holds ${lab.globalDocument}.lock`, againInMs: 50 })
  expect(readJson(lab.globalDocument)).toEqual(FULL)
  rmSync(`${lab.globalDocument}.lock`, { recursive: true })
  expect(await pass(lab)).toEqual(IN_STEP)
  expect(readJson(lab.globalDocument)).toEqual({ ...FULL, added: 1 })
})

test('a write into the file itself, of the same length and at the same time, is noticed', async () => {
  await using lab = await liveLab()
  const memory = new DocumentMemory()
  for (const value of [2, 3, 4, 5]) {
    const { atime, mtime } = statSync(replicaOf(lab))
    writeFileSync(replicaOf(lab), JSON.stringify({ ...FULL, a: value }))
    utimesSync(replicaOf(lab), atime, mtime)
    expect(await pass(lab, CLAUDE_JSON, memory)).toEqual(IN_STEP)
    expect(readJson(lab.globalDocument).a).toBe(value)
  }
})

test('a profile that shares nothing keeps everything that its replica says', async () => {
  await using lab = await openProfileLab({ changes: { isolated: true } })
  await lab.acquire()
  writeByRename(replicaOf(lab), '{"theme":"light"}')
  expect(await pass(lab)).toEqual(IN_STEP)
  expect(readJson(`${lab.folders.state}/${CLAUDE_JSON}`)).toEqual({ theme: 'light' })
  expect(existsSync(lab.globalDocument)).toBe(false)
})
