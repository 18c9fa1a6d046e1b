/** The live sync in a process of its own, as the daemon runs it, beside other processes that use the same profiles. */
import { existsSync, lstatSync, mkdirSync, renameSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { writeJsonAtomic } from '../../../src/platform/files/atomic-file.js'
import { identifyProcess, type ProcessIdentity } from '../../../src/platform/process/process-identity.js'
import { seen, until } from '../../kit/bounded.js'
import { requiresPlatform, requiresRoot, skipOrFail } from '../../kit/requirement.js'
import { startProgram } from '../../kit/running-program.js'
import { buildDriver, type Driver, type DriverProcess, endSession } from '../driver-process.js'
import { login, openProfileLab, type ProfileLab, readJson, readText, writeByRename, writeNew } from '../profile-lab.js'
import { canMount, readOnlyFolder } from '../read-only-folder.js'

/** Of `.claude.json.lock`: the client itself would take it over then. */
const LOCK_STALE_MS = 10_000

let driver: Driver
beforeAll(async () => {
  driver = await buildDriver()
})
afterAll(() => driver.close())

async function startLive(lab: ProfileLab): Promise<DriverProcess> {
  const live = driver.start(lab, 'live')
  await live.program.waitForOutput('serving')
  return live
}

function addKey(path: string, key: string): void {
  writeByRename(path, JSON.stringify({ ...(existsSync(path) ? readJson(path) : {}), [key]: key }))
}

function hasKey(path: string, key: string): boolean {
  return existsSync(path) && readJson(path)[key] === key
}

function isLinked(lab: ProfileLab): boolean {
  return lstatSync(lab.inRuntime('.credentials.json')).isSymbolicLink()
}

async function twoProfiles(): Promise<readonly [ProfileLab, ProfileLab]> {
  const first = await openProfileLab()
  writeNew(first.globalDocument, '{"theme":"dark"}')
  return [first, await first.add('play')]
}

test('runtimes of processes that embed perch are kept in step, and let go of when those take them down', async () => {
  const [first, other] = await twoProfiles()
  await using _lab = first
  await using live = await startLive(first)
  await using one = await driver.startSession(first)
  await using two = await driver.startSession(other)
  for (let n = 0; n < 5; n++) {
    addKey(first.inRuntime('.claude.json'), `key${n}`)
    await seen('the key in the other runtime', () => hasKey(other.inRuntime('.claude.json'), `key${n}`))
    writeByRename(other.inRuntime('.credentials.json'), login(`fresh${n}`))
    await seen('the link to the login', () => isLinked(other))
    expect(readText(other.durableLogin)).toBe(login(`fresh${n}`))
  }
  expect(await endSession(one)).toMatchObject({ kept: false })
  expect(await endSession(two)).toMatchObject({ kept: false })
  expect([first, other].map(({ folders }) => existsSync(folders.runtime))).toEqual([false, false])
  live.program.kill('SIGKILL')
})

test('killed while runtimes stand: the next one takes over what was missed, and goes on', async () => {
  const [first, other] = await twoProfiles()
  await using _lab = first
  await using one = await driver.startSession(first)
  await using two = await driver.startSession(other)
  for (let life = 0; life < 3; life++) {
    // Written while nobody looks.
    addKey(first.inRuntime('.claude.json'), `missed${life}`)
    addKey(first.globalDocument, `plain${life}`)
    writeByRename(first.inRuntime('.credentials.json'), login(`missed${life}`))
    writeNew(first.inRuntime(`made${life}.md`), `made${life}`)
    await using live = await startLive(first)
    await seen('the missed key', () => hasKey(other.inRuntime('.claude.json'), `missed${life}`))
    await seen('the key of a plain client', () => hasKey(other.inRuntime('.claude.json'), `plain${life}`))
    await seen('the link to the login', () => isLinked(first))
    await seen('the missed file', () => existsSync(other.inRuntime(`made${life}.md`)))
    expect(readText(first.durableLogin)).toBe(login(`missed${life}`))
    addKey(first.inRuntime('.claude.json'), `told${life}`)
    await seen('a key that it is told of', () => hasKey(other.inRuntime('.claude.json'), `told${life}`))
    live.program.kill('SIGKILL')
    await live.ended
  }
  expect(await endSession(one)).toMatchObject({ kept: false })
  expect(await endSession(two)).toMatchObject({ kept: false })
})

test('a lock of the client that another process of perch held when it was killed is given back, long before it is stale', async () => {
  const [first, other] = await twoProfiles()
  await using _lab = first
  await using live = await startLive(first)
  await using one = await driver.startSession(first)
  await using two = await driver.startSession(other)
  addKey(other.inRuntime('.claude.json'), 'before')
  await seen('that it is live', () => hasKey(first.inRuntime('.claude.json'), 'before'))
  // What a release beside them leaves that is killed as it writes: the live sync has no reason to look at it.
  const path = `${first.globalDocument}.lock`
  mkdirSync(path, 0o500)
  const folders = [{ path, ino: statSync(path).ino }]
  writeJsonAtomic(join(first.folders.sync, 'held-client-locks.json'), { holder: await deadProcess(), taking: [path], folders })
  addKey(first.inRuntime('.claude.json'), 'added')
  await until(
    () => !existsSync(path),
    LOCK_STALE_MS / 2,
    () => 'that the lock is given back',
  )
  await seen('the key in the other runtime', () => hasKey(other.inRuntime('.claude.json'), 'added'))
  for (const session of [one, two]) await endSession(session)
  live.program.kill('SIGKILL')
})

async function deadProcess(): Promise<ProcessIdentity> {
  await using running = startProgram('cat', [], { env: { PATH: process.env.PATH ?? '' } })
  const identity = identifyProcess(running.pid)
  if (identity === undefined) throw new Error('it has no identity')
  return identity
}

test('a profile that somebody removes by hand while it is live: nothing of it is made again, the others are kept in step', async () => {
  const [first, other] = await twoProfiles()
  const third = await first.add('third')
  await using _lab = first
  await using live = await startLive(first)
  await using one = await driver.startSession(first)
  await using two = await driver.startSession(other)
  await using three = await driver.startSession(third)
  addKey(other.inRuntime('.claude.json'), 'before')
  await seen('that it is live', () => hasKey(first.inRuntime('.claude.json'), 'before'))
  // The last thing that a look writes. A removal in the middle of one would meet what is just being made there.
  await seen('the end of the look', () => hasKey(join(other.folders.sync, 'base', '.claude.json'), 'before'))
  renameSync(other.folders.root, join(first.root, 'removed'))
  for (let n = 0; n < 3; n++) {
    addKey(first.inRuntime('.claude.json'), `after${n}`)
    await seen('the key in the other runtime', () => hasKey(third.inRuntime('.claude.json'), `after${n}`))
    writeByRename(first.inRuntime('.credentials.json'), login(`after${n}`))
    await seen('the link to the login', () => isLinked(first))
  }
  expect(existsSync(other.folders.root)).toBe(false)
  for (const session of [one, two, three]) await endSession(session)
  expect(existsSync(other.folders.root)).toBe(false)
  live.program.kill('SIGKILL')
  expect((await live.ended).signal).toBe('SIGKILL')
})

test('a login that cannot be stored waits in the runtime, the others are kept in step, and it is stored once it can be', async (context) => {
  requiresPlatform(context, 'linux')
  requiresRoot(context)
  if (!canMount()) skipOrFail(context, 'needs the right to mount a folder')
  const [first, other] = await twoProfiles()
  await using _lab = first
  writeNew(first.durableLogin, login('old'))
  await using live = await startLive(first)
  await using one = await driver.startSession(first)
  await using two = await driver.startSession(other)
  const locked = readOnlyFolder(first.folders.credentials)
  try {
    writeByRename(first.inRuntime('.credentials.json'), login('fresh'))
    await live.program.waitForOutput('cannot be written')
    addKey(first.inRuntime('.claude.json'), 'meanwhile')
    await seen('the key in the other runtime', () => hasKey(other.inRuntime('.claude.json'), 'meanwhile'))
    expect(readText(first.inRuntime('.credentials.json'))).toBe(login('fresh'))
    expect(readText(first.durableLogin)).toBe(login('old'))
  } finally {
    locked.release()
  }
  expect(await endSession(one)).toMatchObject({ kept: false })
  expect(readText(first.durableLogin)).toBe(login('fresh'))
  expect(await endSession(two)).toMatchObject({ kept: false })
})
