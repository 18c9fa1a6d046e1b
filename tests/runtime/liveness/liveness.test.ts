import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdirSync, readdirSync, rmSync, statSync, utimesSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { addLeaseProcess, holdLease } from '../../../src/platform/files/lease-file.js'
import { identifyProcess, type ProcessIdentity } from '../../../src/platform/process/process-identity.js'
import { createProfile } from '../../../src/profiles/create-profile.js'
import { removeProfile } from '../../../src/profiles/remove-profile.js'
import { login, openProfileLab, readText, writeByRename, writeNew } from '../profile-lab.js'

function startSleeper(env: Record<string, string> = {}): ChildProcess {
  return spawn('sleep', ['300'], { stdio: 'ignore', env: { PATH: process.env.PATH, ...env } })
}

async function end(child: ChildProcess): Promise<void> {
  child.kill('SIGKILL')
  if (child.exitCode === null && child.signalCode === null) await once(child, 'exit')
}

function identityOf(child: ChildProcess): ProcessIdentity {
  const identity = identifyProcess(child.pid ?? 0)
  if (identity === undefined) throw new Error('the child has no identity')
  return identity
}

test('the agent outlives whoever started it: its runtime stands (failure 7)', async () => {
  await using lab = await openProfileLab()
  const { leasePath } = await lab.acquire()
  const agent = startSleeper()
  try {
    addLeaseProcess(leasePath ?? '', identityOf(agent))
    expect(await lab.collect()).toMatchObject({ kept: true, dropped: [] })
    expect(await lab.release()).toMatchObject({ kept: true, why: 'a process of the session still lives' })
    expect(existsSync(lab.inRuntime('projects'))).toBe(true)
  } finally {
    await end(agent)
  }
  expect(await lab.collect()).toMatchObject({ kept: false, dropped: ['one'] })
})

test('a process that has the runtime in its environment keeps it (failure 26)', async () => {
  await using lab = await openProfileLab()
  await lab.acquire()
  const supervisor = startSleeper({ CLAUDE_CONFIG_DIR: lab.folders.runtime })
  try {
    writeByRename(lab.inRuntime('.credentials.json'), login('fresh'))
    const released = await lab.release()
    expect(released).toMatchObject({ kept: true, why: `process ${supervisor.pid} uses it` })
    expect(readText(lab.durableLogin)).toBe(login('fresh'))
    expect(readText(lab.inRuntime('.credentials.json'))).toBe(login('fresh'))
    expect(readdirSync(lab.folders.leases)).toEqual([])
    await expect(removeProfile(lab.paths, 'work')).rejects.toMatchObject({ code: 'profile-in-use' })
  } finally {
    await end(supervisor)
  }
  expect(await lab.collect()).toMatchObject({ kept: false })
  await removeProfile(lab.paths, 'work')
  expect(existsSync(lab.folders.root)).toBe(false)
})

test('a longer path that only begins like the runtime does not keep it', async () => {
  await using lab = await openProfileLab()
  await lab.acquire()
  const stranger = startSleeper({ SOMETHING: `${lab.folders.runtime}-of-another` })
  try {
    expect(await lab.release()).toMatchObject({ kept: false })
  } finally {
    await end(stranger)
  }
})

test('a process that the client lists, and that cleared its environment for another, is told apart by it', async () => {
  await using lab = await openProfileLab()
  await lab.acquire()
  const reused = startSleeper()
  try {
    writeNew(lab.inRuntime('sessions', `${reused.pid}.json`), '{}')
    expect(await lab.release()).toMatchObject({ kept: false })
  } finally {
    await end(reused)
  }
})

test('a lease whose lock is held is live; what cannot be told is live too (failure 8)', async () => {
  await using lab = await openProfileLab()
  const { leasePath } = await lab.acquire()
  const held = await holdLease(leasePath ?? '')
  expect(await lab.collect()).toMatchObject({ kept: true, dropped: [] })
  held.close()
  rmSync(`${leasePath}.lock`)
  mkdirSync(`${leasePath}.lock`)
  writeNew(leasePath ?? '', 'not json')
  expect(await lab.collect()).toMatchObject({ kept: true, dropped: [] })
  expect(existsSync(lab.inRuntime('projects'))).toBe(true)
  rmSync(`${leasePath}.lock`, { recursive: true })
})

test('one session of two ends: the runtime stays and the login goes over at once', async () => {
  await using lab = await openProfileLab()
  await lab.acquire('one')
  await lab.acquire('two')
  writeByRename(lab.inRuntime('.credentials.json'), login('fresh'))
  expect(await lab.release('one')).toMatchObject({ kept: true, why: 'the session two uses it' })
  expect(readText(lab.durableLogin)).toBe(login('fresh'))
  expect(await lab.release('two')).toMatchObject({ kept: false })
})

test('two acquires at once in one process both succeed (failure 9)', async () => {
  await using lab = await openProfileLab()
  const all = await Promise.all(['a', 'b', 'c', 'd'].map((id) => lab.acquire(id)))
  expect(new Set(all.map(({ folder }) => folder)).size).toBe(1)
  expect(readdirSync(lab.folders.leases).filter((name) => name.endsWith('.json'))).toHaveLength(4)
  const released = await Promise.all(['a', 'b', 'c', 'd'].map((id) => lab.release(id)))
  expect(released.filter(({ kept }) => !kept)).toHaveLength(1)
})

test('locks lie where nothing is ever deleted (failure 6)', async () => {
  await using lab = await openProfileLab()
  await lab.acquire()
  await lab.release()
  const lock = join(lab.paths.state, 'locks', 'profile-work.lock')
  const before = statSync(lock).ino
  await removeProfile(lab.paths, 'work')
  await createProfile(lab.paths, { name: 'work', agent: 'claude' })
  expect(statSync(lock).ino).toBe(before)
})

test('releasing twice, or a session that never was, only tidies up', async () => {
  await using lab = await openProfileLab()
  expect(await lab.release('never')).toMatchObject({ kept: false })
  await lab.acquire()
  expect(await lab.release()).toMatchObject({ kept: false })
  expect(await lab.release()).toMatchObject({ kept: false })
})

test('a lock that the agent holds at the end: a bounded wait, then the runtime stays for the next acquire', async () => {
  await using lab = await openProfileLab()
  writeNew(lab.durableLogin, login('old'))
  await lab.acquire()
  writeByRename(lab.inRuntime('.credentials.json'), login('fresh'))
  mkdirSync(lab.inRuntime('.oauth_refresh.lock'))
  const released = await lab.release()
  expect(released.kept).toBe(true)
  expect(released.why).toContain('.oauth_refresh.lock')
  expect(readText(lab.inRuntime('.credentials.json'))).toBe(login('fresh'))
  // An orphan: its holder was killed longer ago than any holder touches its lock.
  utimesSync(lab.inRuntime('.oauth_refresh.lock'), new Date(0), new Date(0))
  await lab.acquire('two')
  expect(readText(lab.durableLogin)).toBe(login('fresh'))
  expect(existsSync(lab.inRuntime('.oauth_refresh.lock'))).toBe(false)
  await lab.release('two')
})

test('a lock on the shared document keeps the change in the runtime until it is free', async () => {
  await using lab = await openProfileLab()
  writeNew(lab.globalDocument, '{"a":1}')
  await lab.acquire()
  writeByRename(lab.inRuntime('.claude.json'), '{"a":1,"b":2}')
  mkdirSync(`${lab.globalDocument}.lock`)
  expect(await lab.release()).toMatchObject({ kept: true })
  await lab.acquire('two')
  expect(readText(lab.inRuntime('.claude.json'))).toBe('{"a":1,"b":2}')
  rmSync(`${lab.globalDocument}.lock`, { recursive: true })
  expect(await lab.release('two')).toMatchObject({ kept: false })
  expect(readText(lab.globalDocument)).toBe('{"a":1,"b":2}')
})
