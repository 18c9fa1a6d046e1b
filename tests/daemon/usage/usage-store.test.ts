/** The usage database on a real disk: killed, damaged, written by two at once, of an older version, full. */
import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync, statSync, truncateSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { compact } from '../../../src/daemon/usage/compaction.js'
import { openDatabase } from '../../../src/daemon/usage/database.js'
import { daysIn } from '../../../src/daemon/usage/days.js'
import { MIGRATIONS, migrate } from '../../../src/daemon/usage/schema.js'
import { groupSums, heldWindows } from '../../../src/daemon/usage/usage-sums.js'
import { SignalFile } from '../../../src/host/signals/signal-file.js'
import { requiresPlatform, requiresRoot } from '../../kit/requirement.js'
import { startProgram } from '../../kit/running-program.js'
import { mountSmallDisk } from '../../kit/small-disk.js'
import { temporaryHome } from '../../kit/temporary-home.js'
import { builtFixture } from '../../platform/built-fixture.js'
import { request, windows } from './signals.js'
import { numbered, openStore, source, totalsOf } from './store.js'

const NOW = Date.UTC(2026, 10, 28, 12)
const DAY_MS = 86_400_000

test('killed before or after a commit, nothing is lost and nothing is counted twice', async () => {
  await using home = temporaryHome()
  const folder = home.folder('session')
  const program = await builtFixture('takes-usage-over', home.root)
  const signals = new SignalFile(folder)
  const run = (failpoint?: string) =>
    spawnSync(process.execPath, [program, join(folder, 'usage.db'), folder], {
      env: { ...home.env, ...(failpoint && { PERCH_FAILPOINT: failpoint }) },
    })
  let told = 0
  for (const failpoint of ['usage-before-commit', 'usage-committed', 'usage-before-commit', undefined, 'usage-committed']) {
    signals.append(Array.from({ length: 7 }, (_, index) => request(`k${told + index}`, { at: NOW, input: 1, costUsd: 0.01 })))
    told += 7
    expect(run(failpoint).signal).toBe(failpoint === undefined ? null : 'SIGKILL')
  }
  expect(run().status).toBe(0)
  const store = openStore(folder)
  expect(totalsOf(store)).toEqual({ requests: told, input: told, costNanoUsd: told * 1e7 })
  store.close()
})

test('two that write at once count everything once', async () => {
  await using home = temporaryHome()
  const folder = home.folder('session')
  const program = await builtFixture('takes-usage-over', home.root)
  const signals = new SignalFile(folder)
  const writers = [1, 2].map(() =>
    startProgram(process.execPath, [program, join(folder, 'usage.db'), folder, '60'], { env: home.env, input: '' }),
  )
  for (let round = 0; round < 40; round++) signals.append([request(`k${round}`, { at: NOW, input: 1 })])
  expect((await Promise.all(writers.map(({ finished }) => finished))).map(({ code, stderr }) => [code, stderr])).toEqual([
    [0, ''],
    [0, ''],
  ])
  expect(spawnSync(process.execPath, [program, join(folder, 'usage.db'), folder], { env: home.env }).status).toBe(0)
  const store = openStore(folder)
  expect(totalsOf(store).requests).toBe(40)
  store.close()
})

test('a damaged database is set aside as it was, and what the sessions still hold is counted anew', async () => {
  await using home = temporaryHome()
  const folder = home.folder('state')
  const path = join(folder, 'usage.db')
  for (const damage of ['no database at all', undefined]) {
    const first = openStore(folder)
    first.takeOver(source('s1'), numbered([request('a', { at: NOW, input: 5 })]), null, NOW)
    first.close()
    if (damage === undefined) truncateSync(path, statSync(path).size - 5000)
    else writeFileSync(path, damage.repeat(500))
    const bytes = readFileSync(path)
    const told: unknown[] = []
    const store = openStore(folder, (error) => told.push(error))
    expect(told).toHaveLength(1)
    expect(readFileSync(`${path}.damaged`).equals(bytes)).toBe(true)
    expect(statSync(path).mode & 0o777).toBe(0o600)
    expect(totalsOf(store).requests).toBe(0)
    store.takeOver(source('s1'), numbered([request('a', { at: NOW, input: 5 })]), null, NOW)
    expect(totalsOf(store)).toMatchObject({ requests: 1, input: 5 })
    store.close()
  }
})

test('a database of an older version keeps what it holds, and one of a later version is left alone', async () => {
  await using home = temporaryHome()
  const folder = home.folder('state')
  const path = join(folder, 'usage.db')
  const old = openDatabase(path)
  migrate(old, MIGRATIONS.slice(0, 1))
  old.exec(`INSERT INTO sources (id, session, profile, agent, folder, created_at, taken) VALUES (1, 's1', 'work', 'claude', '/src', 0, 3);
    INSERT INTO models VALUES (1, 'm'); INSERT INTO slots VALUES (1, 1, 0, 10, 0, 0, 0, 5, 3, 0, 0, 7)`)
  old.close()
  const store = openStore(folder)
  store.takeOver(source('s1'), numbered([request('d', { at: NOW, input: 1 })], 4), null, NOW)
  expect(totalsOf(store)).toEqual({ requests: 4, input: 11, costNanoUsd: 5 })
  store.database.exec(`PRAGMA user_version = ${MIGRATIONS.length + 1}`)
  store.close()
  expect(() => openStore(folder)).toThrow(expect.objectContaining({ code: 'usage-unavailable' }))
  expect(existsSync(`${path}.damaged`)).toBe(false)
})

test('a full disk refuses what comes, whole, and takes it when there is room again', async (context) => {
  requiresRoot(context)
  requiresPlatform(context, 'linux')
  await using home = temporaryHome()
  const folder = home.folder('disk')
  await using disk = mountSmallDisk(folder, 'size=2m')
  const store = openStore(folder)
  const signals = numbered(Array.from({ length: 3000 }, (_, index) => request(`key ${index}`, { at: NOW, input: 1 })))
  store.takeOver(source('s1'), signals.slice(0, 1), null, NOW)
  disk.fill()
  expect(() => store.takeOver(source('s1'), signals, null, NOW)).toThrow(expect.objectContaining({ code: 'SQLITE_FULL' }))
  expect(totalsOf(store).requests).toBe(1)
  disk.empty()
  store.takeOver(source('s1'), signals, null, NOW)
  expect(totalsOf(store).requests).toBe(3000)
  store.close()
})

test('a clock that is set back does not leave a sample of the future as the latest', async () => {
  await using home = temporaryHome()
  const store = openStore(home.folder('state'))
  const heard = (at: number, used: number, n: number, now: number) =>
    store.takeOver(source('s1'), numbered([windows(at, [{ kind: '5h', usedPercent: used, resetsAt: null }])], n), null, now)
  heard(NOW + 3 * DAY_MS, 10, 1, NOW + 3 * DAY_MS)
  heard(NOW, 20, 2, NOW)
  heard(NOW + 1000, 30, 3, NOW + 1000)
  expect(heldWindows(store.database, 'work')[0]?.samples.map(({ at, usedPercent }) => [at, usedPercent])).toEqual([
    [NOW, 10],
    [NOW, 20],
    [NOW + 1000, 30],
  ])
  store.close()
})

test('what is long ago, or too much, is folded into days, and no sum changes', async () => {
  await using home = temporaryHome()
  const store = openStore(home.folder('state'))
  const days = [0, 1, 2, 50].flatMap((day) => [0, 5, 11].map((hour) => NOW - day * DAY_MS - hour * 3_600_000))
  for (const session of ['s1', 's2']) {
    const requests = days.map((at, index) => request(`k${index}`, { at, input: index + 1, model: index % 2 ? 'a' : 'b' }))
    store.takeOver(source(session), numbered(requests), null, NOW)
  }
  const seen = () => {
    const ask = (by: 'day' | 'model' | 'folder') =>
      groupSums(store.database, { profile: undefined, since: undefined }, by, daysIn('UTC'))
        .map(({ key, profile, requests, input }) => ({ key, profile, requests, input }))
        .sort((a, b) => (a.key < b.key ? -1 : 1))
    return [ask('day'), ask('model'), ask('folder')]
  }
  const before = seen()
  const rows = () => Number(store.database.prepare('SELECT count(*) AS rows FROM slots').get()?.rows)
  const all = rows()
  compact(store.database, NOW, { foldAfterMs: 20 * DAY_MS, slotsLimit: 1000, forgetAfterMs: 1e15 })
  expect(seen()).toEqual(before)
  const old = rows()
  expect(old).toBeLessThan(all)
  compact(store.database, NOW, { foldAfterMs: 20 * DAY_MS, slotsLimit: 6, forgetAfterMs: 1e15 })
  expect(rows()).toBeLessThan(old)
  expect(seen()).toEqual(before)
  store.takeOver(source('s1'), numbered([request('late', { at: NOW - 60 * DAY_MS, input: 3 })], 100), null, NOW)
  compact(store.database, NOW, { foldAfterMs: 20 * DAY_MS, slotsLimit: 6, forgetAfterMs: 1e15 })
  expect(totalsOf(store).requests).toBe(2 * days.length + 1)
  store.close()
})
