/** Runtimes that several processes of perch take and give back at the same time. */
import { existsSync, readdirSync, readlinkSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { requiresPlatform, requiresRoot, skipOrFail } from '../kit/requirement.js'
import { buildDriver, type Driver, type DriverProcess } from './driver-process.js'
import { login, openProfileLab, type ProfileLab, readJson, readText, writeByRename, writeNew } from './profile-lab.js'
import { canMount, readOnlyFolder } from './read-only-folder.js'

let driver: Driver
beforeAll(async () => {
  driver = await buildDriver()
})
afterAll(() => driver.close())

/** A session whose program runs until its input ends. */
function startSession(lab: ProfileLab, leaseId: string, releases: boolean): DriverProcess {
  return driver.start(lab, 'session', { leaseId, session: { command: ['cat'], releases } })
}

function expectWhole(lab: ProfileLab): void {
  expect(readlinkSync(lab.inRuntime('.credentials.json'))).toBe(lab.durableLogin)
  expect(readText(lab.inRuntime('CLAUDE.md'))).toBe('rules')
  expect(readJson(lab.inRuntime('.claude.json'))).toMatchObject({ theme: 'dark' })
}

async function labWithContent(): Promise<ProfileLab> {
  const lab = await openProfileLab()
  writeNew(lab.inShared('CLAUDE.md'), 'rules')
  writeNew(lab.globalDocument, '{"theme":"dark"}')
  writeNew(lab.durableLogin, login('old'))
  return lab
}

test('two processes acquire one profile at once: both have the same runtime, and it goes with the last', async () => {
  await using lab = await labWithContent()
  await using one = startSession(lab, 'one', true)
  await using two = startSession(lab, 'two', true)
  await Promise.all([one, two].map(({ program }) => program.waitForOutput('running')))
  expect(readdirSync(lab.folders.leases).filter((name) => name.endsWith('.json'))).toEqual(['one.json', 'two.json'])
  expectWhole(lab)
  one.program.endInput()
  expect((await one.ended).result?.released).toMatchObject({ kept: true, why: 'the session two uses it' })
  expectWhole(lab)
  two.program.endInput()
  expect((await two.ended).result?.released).toMatchObject({ kept: false })
  expect(existsSync(lab.folders.runtime)).toBe(false)
})

test('one process acquires while another releases the last lease: the new session has a whole runtime, nothing is lost', async () => {
  await using lab = await labWithContent()
  let before = startSession(lab, 'round0', true)
  try {
    await before.program.waitForOutput('running')
    for (let round = 1; round <= 6; round++) {
      writeByRename(lab.inRuntime('.credentials.json'), login(`of${round}`))
      writeNew(lab.inRuntime(`made${round}.md`), String(round))
      const next = startSession(lab, `round${round}`, true)
      // The one begins to release at about the time at which the other's code is loaded.
      await next.program.waitForOutput('begins')
      before.program.endInput()
      await Promise.all([before.ended, next.program.waitForOutput('running')])
      await before[Symbol.asyncDispose]()
      before = next
      expectWhole(lab)
      expect(readText(lab.durableLogin)).toBe(login(`of${round}`))
    }
    before.program.endInput()
    expect((await before.ended).result?.released).toMatchObject({ kept: false })
  } finally {
    await before[Symbol.asyncDispose]()
  }
  for (let round = 1; round <= 6; round++) expect(readText(lab.inShared(`made${round}.md`))).toBe(String(round))
})

test('a lease that cannot be read says nothing: no process takes the runtime down, until it is gone', async () => {
  await using lab = await labWithContent()
  await using session = startSession(lab, 'one', false)
  await session.program.waitForOutput('running')
  session.program.endInput()
  await session.ended
  const lease = join(lab.folders.leases, 'one.json')
  writeFileSync(lease, '{"id":"one","proc')
  writeNew(lab.inRuntime('made.md'), 'a new file')
  const why = 'the session one uses it'
  expect((await driver.run(lab, 'collect')).result).toMatchObject({ kept: true, why, dropped: [] })
  const acquired = await driver.run(lab, 'acquire', { leaseId: 'two' })
  expect(acquired.error).toBeNull()
  expect((await driver.run(lab, 'release', { leaseId: 'two' })).result).toMatchObject({ kept: true, why })
  expectWhole(lab)
  expect(readText(lab.inRuntime('made.md'))).toBe('a new file')
  rmSync(lease)
  expect((await driver.run(lab, 'collect')).result).toMatchObject({ kept: false })
  expect(readText(lab.inShared('made.md'))).toBe('a new file')
})

test('a login that cannot be stored, for now: it stays in the runtime, and every process that tries says why', async (context) => {
  requiresPlatform(context, 'linux')
  requiresRoot(context)
  if (!canMount()) skipOrFail(context, 'needs the right to mount a folder')
  await using lab = await labWithContent()
  await using session = startSession(lab, 'one', false)
  await session.program.waitForOutput('running')
  writeByRename(lab.inRuntime('.credentials.json'), login('fresh'))
  session.program.endInput()
  await session.ended
  const locked = readOnlyFolder(lab.folders.credentials)
  try {
    expect((await driver.run(lab, 'release', { leaseId: 'one' })).result).toMatchObject({
      kept: true,
      why: expect.stringContaining('cannot be written'),
    })
    // The next session has the login all the same: it lies in the runtime.
    expect((await driver.run(lab, 'acquire', { leaseId: 'two' })).error).toBeNull()
    expect(readText(lab.inRuntime('.credentials.json'))).toBe(login('fresh'))
    expect(readText(lab.durableLogin)).toBe(login('old'))
  } finally {
    locked.release()
  }
  expect((await driver.run(lab, 'collect')).result).toMatchObject({ kept: false })
  expect(readText(lab.durableLogin)).toBe(login('fresh'))
})

test('a profile folder that may only be read: an error with its code, and nothing half-made', async (context) => {
  requiresPlatform(context, 'linux')
  requiresRoot(context)
  if (!canMount()) skipOrFail(context, 'needs the right to mount a folder')
  await using lab = await labWithContent()
  const locked = readOnlyFolder(lab.folders.root)
  try {
    expect((await driver.run(lab, 'acquire')).error).toMatchObject({ code: 'not-writable' })
    expect(existsSync(lab.folders.runtime)).toBe(false)
  } finally {
    locked.release()
  }
  expect((await driver.run(lab, 'acquire')).error).toBeNull()
  expectWhole(lab)
})
