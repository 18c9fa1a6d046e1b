/** The daemon's side of usage on its own: disks that are full, folders and names that go meanwhile. */
import { mkdirSync, renameSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test, vi } from 'vitest'
import type { SessionRecord } from '../../../src/api/session-record.js'
import { openDatabase } from '../../../src/daemon/usage/database.js'
import { noteProfileChange } from '../../../src/daemon/usage/profile-names.js'
import { type SignallingSession, UsageLedger } from '../../../src/daemon/usage/usage-ledger.js'
import { profileSums } from '../../../src/daemon/usage/usage-sums.js'
import { SignalFile, signalFilePaths } from '../../../src/host/signals/signal-file.js'
import { requiresPlatform, requiresRoot } from '../../kit/requirement.js'
import { runProgram } from '../../kit/running-program.js'
import { sessionRecord } from '../../kit/session-record.js'
import { mountSmallDisk } from '../../kit/small-disk.js'
import { type TemporaryHome, temporaryHome } from '../../kit/temporary-home.js'
import { builtFixture } from '../../platform/built-fixture.js'
import { request } from './signals.js'

const NOBODY = { pid: 1, startTime: '', bootId: '' }
const NOW = Date.UTC(2026, 10, 28, 12)

function ledgerOf(home: TemporaryHome, state: string, profiles: () => readonly string[] = () => ['work']) {
  const warnings: string[] = []
  const ledger = new UsageLedger({
    paths: { ...home.paths, state },
    log: { debug: () => undefined, info: () => undefined, warn: (what) => warnings.push(what) },
    ownsFolder: () => true,
    profileExists: (name) => profiles().includes(name),
    onWindows: () => undefined,
    onPass: () => undefined,
  })
  const requests = () =>
    ledger.ask((database) =>
      Object.fromEntries(
        profileSums(database, { profile: undefined, since: undefined }).map(({ profile, requests: count }) => [profile, count]),
      ),
    )
  return { ledger, warnings, requests }
}

function session(folder: string, id: string): SignallingSession {
  mkdirSync(folder, { recursive: true })
  const record: SessionRecord = { ...sessionRecord({ id, host: NOBODY, child: null }), profile: 'work' }
  return { id, folder, record }
}

test('what a session told is held when its folder goes while the disk is full', async (context) => {
  requiresRoot(context)
  requiresPlatform(context, 'linux')
  await using home = temporaryHome()
  const state = home.folder('disk')
  await using disk = mountSmallDisk(state, 'size=4m')
  const { ledger, requests, warnings } = ledgerOf(home, state)
  const gone = session(join(home.root, 's1'), 's1')
  const signals = new SignalFile(gone.folder)
  signals.append([request('a', { at: NOW })])
  ledger.takeOver([gone])
  disk.fill()
  signals.append(Array.from({ length: 5000 }, (_, index) => request(`k${index}`, { at: NOW })))
  ledger.takeOverLast(gone)
  rmSync(gone.folder, { recursive: true })
  ledger.forget('s1')
  expect(requests()).toEqual({ work: 1 })
  expect(ledger.notices()).toEqual([expect.stringContaining('not in these numbers yet')])
  disk.empty()
  ledger.takeOver([])
  expect(requests()).toEqual({ work: 5001 })
  expect(ledger.notices()).toEqual([])
  expect(warnings).toEqual(['usage is not taken over, and waits'])
  ledger.close()
})

test('signals of one session that cannot be read keep those of no other, and are taken over once they can', async () => {
  await using home = temporaryHome()
  const { ledger, requests, warnings } = ledgerOf(home, home.folder('state'))
  const sessions = ['s1', 's2'].map((id) => session(join(home.root, id), id))
  const [unreadable, other] = sessions.map(({ folder }) => signalFilePaths(folder).path)
  mkdirSync(unreadable ?? '')
  new SignalFile(sessions[1]?.folder ?? '').append([request('b', { at: NOW })])
  ledger.takeOver(sessions)

  expect(requests()).toEqual({ work: 1 })
  expect(warnings).toEqual(['usage is not taken over, and waits'])
  rmSync(unreadable ?? '', { recursive: true })
  renameSync(other ?? '', unreadable ?? '')
  ledger.takeOver(sessions)
  expect(requests()).toEqual({ work: 2 })
  ledger.close()
})

test('a change of a name that was cut off is made up for, or was none', async () => {
  await using home = temporaryHome()
  const state = home.folder('state')
  let profiles = ['work', 'play']
  const one = session(join(home.root, 's1'), 's1')
  new SignalFile(one.folder).append([request('a', { at: NOW })])
  const first = ledgerOf(home, state, () => profiles)
  first.ledger.takeOver([one])
  first.ledger.ask((database) => noteProfileChange(database, 'work', 'office'))
  first.ledger.ask((database) => noteProfileChange(database, 'play', 'games'))
  first.ledger.close()
  profiles = ['office', 'play']
  const second = ledgerOf(home, state, () => profiles)
  expect(second.requests()).toEqual({ office: 1 })
  expect(second.ledger.ask((database) => database.prepare('SELECT * FROM profile_changes').all())).toEqual([])
  await expect(second.ledger.followProfile('office', null, async () => Promise.reject(new Error('in use')))).rejects.toThrow(
    'in use',
  )
  expect(second.requests()).toEqual({ office: 1 })
  second.ledger.close()
})

test('a database that somebody moves away is begun anew, with what the sessions still hold', async () => {
  await using home = temporaryHome()
  const state = home.folder('state')
  const { ledger, requests } = ledgerOf(home, state)
  const one = session(join(home.root, 's1'), 's1')
  new SignalFile(one.folder).append([request('a', { at: NOW }), request('b', { at: NOW })])
  ledger.takeOver([one])
  for (const name of ['usage.db', 'usage.db-wal', 'usage.db-shm']) renameSync(join(state, name), join(home.root, name))
  expect(requests()).toEqual({})
  ledger.takeOver([one])
  expect(requests()).toEqual({ work: 2 })
  ledger.close()
})

test('another writer is waited for seldom, and leaves nothing begun behind', async () => {
  await using home = temporaryHome()
  const state = home.folder('state')
  const { ledger, requests } = ledgerOf(home, state)
  const one = session(join(home.root, 's1'), 's1')
  const signals = new SignalFile(one.folder)
  signals.append([request('a', { at: NOW })])
  ledger.takeOver([one])
  const other = openDatabase(join(state, 'usage.db'))
  other.exec('BEGIN IMMEDIATE')
  ledger.forget('s1')
  signals.append([request('b', { at: NOW })])
  ledger.takeOver([one])
  expect(ledger.notices()).toEqual([expect.stringContaining('locked')])
  other.exec('ROLLBACK')
  other.close()

  vi.useFakeTimers()
  try {
    ledger.takeOverSoon(one)
    vi.advanceTimersByTime(2_000)
    expect(requests()).toEqual({ work: 1 })
    vi.advanceTimersByTime(10_000)
    expect(requests()).toEqual({ work: 2 })
  } finally {
    vi.useRealTimers()
  }
  expect(ledger.notices()).toEqual([])
  ledger.close()
})

test('usage follows a name that was changed while the database did not work', async () => {
  await using home = temporaryHome()
  const state = home.folder('state')
  let profiles = ['work']
  const { ledger, requests } = ledgerOf(home, state, () => profiles)
  const one = session(join(home.root, 's1'), 's1')
  new SignalFile(one.folder).append([request('a', { at: NOW })])
  ledger.takeOver([one])
  const other = openDatabase(join(state, 'usage.db'))
  other.exec('BEGIN IMMEDIATE')
  await ledger.followProfile('work', 'office', async () => {
    profiles = ['office']
  })
  other.exec('ROLLBACK')
  other.close()
  ledger.takeOver([])
  expect(requests()).toEqual({ office: 1 })
  ledger.close()
})

test('where the library is missing it is said, with what to do', async () => {
  await using home = temporaryHome()
  const program = await builtFixture('takes-usage-over', home.root, home.folder('dist'))
  const done = await runProgram(process.execPath, [program, join(home.root, 'usage.db'), home.root], { env: home.env })
  expect(done.code).toBe(1)
  expect(done.stderr).toContain("code: 'usage-unavailable'")
  expect(done.stderr).toContain('Install perch again on this machine')
})
