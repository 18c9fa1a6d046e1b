/** What the index of sessions makes of folders that are damaged, or gone behind its back. */
import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { SessionRegistry } from '../../../src/daemon/sessions/registry.js'
import { preparePerchFolders } from '../../../src/platform/files/safe-folder.js'
import { sessionFolder } from '../../../src/platform/paths.js'
import { type TemporaryHome, temporaryHome } from '../../kit/temporary-home.js'

function registryOf(home: TemporaryHome) {
  preparePerchFolders(home.paths)
  const warnings: unknown[] = []
  const log = { debug: () => undefined, info: () => undefined, warn: (_: string, fields?: object) => warnings.push(fields) }
  const events = { hostNumberOf: () => 0, take: () => undefined }
  const registry = new SessionRegistry({ paths: home.paths, log, onChange: () => undefined, events })
  return { registry, warnings, ids: () => registry.all().map(({ id }) => id) }
}

/** A session that has ended, as its host left it. */
function endedSession(home: TemporaryHome, id: string): string {
  const folder = sessionFolder(home.paths, id)
  mkdirSync(folder)
  writeFileSync(join(folder, 'session.json'), '{}')
  const exit = { code: 0, signal: null, outcome: 'exited', signalsSent: [] }
  writeFileSync(join(folder, 'exit.json'), JSON.stringify({ schema: 1, endedAt: new Date(0).toISOString(), exit, streams: {} }))
  return folder
}

test('a folder where a file should be keeps no other session out, and can be removed', async () => {
  await using home = temporaryHome()
  const { registry, ids } = registryOf(home)
  endedSession(home, '00000001')
  for (const [id, file] of [
    ['00000002', 'exit.json'],
    ['00000003', 'session.json'],
    ['00000004', 'host.lock'],
  ] as const) {
    mkdirSync(join(sessionFolder(home.paths, id), file), { recursive: true })
  }
  registry.adopt()
  // Without a record it is a start that was cut off, or a host that is about to write one.
  expect(ids().sort()).toEqual(['00000001', '00000003'])
  writeFileSync(join(sessionFolder(home.paths, '00000002'), 'session.json'), '{}')
  registry.adopt()
  const damaged = registry.find('00000002')
  expect(damaged.derive()).toMatchObject({ state: 'lost', live: false })
  registry.remove(damaged)
  rmSync(sessionFolder(home.paths, '00000004'), { recursive: true })
  expect(ids().sort()).toEqual(['00000001', '00000003'])
})

test('an ended session whose folder somebody removed is dropped, and no other', async () => {
  await using home = temporaryHome()
  const { registry, ids } = registryOf(home)
  const [gone] = ['00000001', '00000002'].map((id) => endedSession(home, id))
  registry.adopt()
  expect(registry.dropVanished()).toEqual([])
  rmSync(gone ?? '', { recursive: true })
  expect(registry.dropVanished().map(({ id }) => id)).toEqual(['00000001'])
  expect(ids()).toEqual(['00000002'])
})
