/**
 * Two versions of perch side by side on one profile: what the newer one has noted in fields that this one does not know is
 * neither refused nor lost, and a lease that says nothing to this one still keeps the runtime.
 */
import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { addLeaseProcess } from '../../src/platform/files/lease-file.js'
import { identifyProcess } from '../../src/platform/process/process-identity.js'
import { listKept } from '../../src/runtime/conflicts/list-kept.js'
import { buildDriver, type Driver, endSession } from './driver-process.js'
import { login, openProfileLab, readJson, readText, showsLogin, writeByRename, writeNew } from './profile-lab.js'

const NEWER = { ofNewer: { since: 2, list: [1, 2] } }

let driver: Driver
beforeAll(async () => {
  driver = await buildDriver()
})
afterAll(() => driver.close())

function addFields(path: string, fields: Readonly<Record<string, unknown>>): void {
  writeByRename(path, JSON.stringify({ ...readJson(path), ...fields }))
}

describe.each(['link', 'copy'] as const)('in %s mode', (linkMode) => {
  test('fields of the notes of a runtime outlive a login, a further session, a look at everything, and its end', async () => {
    await using lab = await openProfileLab({ linkMode })
    writeNew(lab.durableLogin, login('old'))
    writeNew(lab.inShared('CLAUDE.md'), 'rules')
    await using session = await driver.startSession(lab)
    const index = join(lab.folders.sync, 'index.json')
    const phase = join(lab.folders.sync, 'tree', 'phase.json')
    addFields(index, NEWER)
    if (linkMode === 'copy') addFields(phase, NEWER)

    writeByRename(lab.inRuntime('.credentials.json'), login('fresh'))
    expect(await driver.run(lab, 'heal')).toMatchObject({ error: null, result: { state: 'in-step' } })
    expect(showsLogin(lab) && readText(lab.durableLogin)).toBe(login('fresh'))
    expect(await driver.run(lab, 'acquire', { leaseId: 'other' })).toMatchObject({ error: null })
    const look = linkMode === 'copy' ? 'settle' : 'sync'
    expect(await driver.run(lab, look)).toMatchObject({ error: null, result: { state: 'in-step' } })
    expect(await driver.run(lab, 'release', { leaseId: 'other' })).toMatchObject({ result: { kept: true } })

    expect(readJson(index)).toMatchObject({ ...NEWER, phase: 'built', linkMode })
    if (linkMode === 'copy') expect(readJson(phase)).toMatchObject({ ...NEWER, phase: 'whole' })
    expect(await endSession(session)).toMatchObject({ kept: false })
    expect(readText(lab.inShared('CLAUDE.md'))).toBe('rules')
  })

  test('a lease with more fields is kept as it is, and is live as long as its processes are', async () => {
    await using lab = await openProfileLab({ linkMode })
    await lab.acquire('newer')
    const path = join(lab.folders.leases, 'newer.json')
    const [holder] = readJson(path).processes as readonly Record<string, unknown>[]
    const written = { ...readJson(path), ...NEWER, processes: [{ ...holder, ...NEWER }] }
    writeByRename(path, JSON.stringify(written))
    await using session = await driver.startSession(lab)
    // What a host of this version does with its own lease.
    const added = identifyProcess(session.pid)
    if (added === undefined) throw new Error('the session has no identity')
    addLeaseProcess(path, added)

    expect(await endSession(session)).toMatchObject({ kept: true, why: 'the session newer uses it' })
    expect(await driver.run(lab, 'collect')).toMatchObject({ result: { kept: true, dropped: [] } })
    expect(readJson(path)).toEqual({ ...written, processes: [...written.processes, added] })
    expect(await driver.run(lab, 'release', { leaseId: 'newer' })).toMatchObject({ error: null })
  })

  test('a lease of which this version understands nothing counts as live', async () => {
    await using lab = await openProfileLab({ linkMode })
    await using session = await driver.startSession(lab)
    const path = join(lab.folders.leases, 'newer.json')
    const text = JSON.stringify({ schema: 7, holders: [{ container: 'abc' }] })
    writeFileSync(path, text)
    expect(await endSession(session)).toMatchObject({ kept: true, why: 'the session newer uses it' })
    expect(await driver.run(lab, 'collect')).toMatchObject({ result: { kept: true, dropped: [] } })
    expect(readText(path)).toBe(text)
    expect(readdirSync(lab.folders.runtime)).not.toEqual([])
    expect(await driver.run(lab, 'release', { leaseId: 'newer' })).toMatchObject({ result: { kept: false } })
    expect(existsSync(lab.folders.runtime)).toBe(false)
  })
})

test('what a newer version kept aside is listed by what is known of it, and what is not known is left alone', async () => {
  await using lab = await openProfileLab()
  const folder = join(lab.paths.state, 'conflicts', 'work')
  const records = join(lab.folders.sync, 'kept')
  for (const path of [folder, records]) mkdirSync(path, { recursive: true })
  const record = { kind: 'file', target: lab.inShared('CLAUDE.md'), name: 'CLAUDE.md', why: 'it lost', ...NEWER }
  const stranger = { kind: 'of-newer', where: { volume: 1 } }
  for (const [id, content] of [['a1b2c3', record] as const, ['d4e5f6', stranger] as const]) {
    writeFileSync(join(folder, `2026-11-01T10-00-00-000Z-${id}-CLAUDE.md`), 'kept')
    writeFileSync(join(records, `${id}.json`), JSON.stringify(content))
  }
  expect(listKept(lab.paths, 'work').map(({ id, state }) => [id, state])).toEqual([
    ['a1b2c3', 'open'],
    ['d4e5f6', 'leftover'],
  ])
  await using session = await driver.startSession(lab)
  writeByRename(lab.inRuntime('CLAUDE.md'), 'another')
  expect(await driver.run(lab, 'heal')).toMatchObject({ error: null })
  expect(await endSession(session)).toMatchObject({ kept: false })
  expect(readJson(join(records, 'a1b2c3.json'))).toEqual(record)
  expect(readJson(join(records, 'd4e5f6.json'))).toEqual(stranger)
  expect(lab.conflicts()).toEqual(['kept', 'kept'])
})
