/** A real SIGKILL at every step of a pass over a live document: a second start beside the live session makes that pass. */
import { readdirSync } from 'node:fs'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { DOCUMENT_STEPS } from '../../../src/runtime/runtime-step.js'
import { buildDriver, type Driver } from '../driver-process.js'
import { openProfileLab, readJson, writeByRename, writeNew } from '../profile-lab.js'
import { CLAUDE_JSON } from './live-documents.js'

let driver: Driver
beforeAll(async () => {
  driver = await buildDriver()
})
afterAll(() => driver.close())

test.each(DOCUMENT_STEPS)('killed at %s, the next pass comes to the same', async (step) => {
  await using lab = await openProfileLab()
  writeNew(lab.globalDocument, '{"theme":"dark","gone":1,"oauthAccount":{"of":"plain"}}')
  await lab.acquire()
  writeByRename(lab.globalDocument, '{"theme":"dark","gone":1,"mcpServers":{"of-plain":{}},"oauthAccount":{"of":"plain"}}')
  writeByRename(lab.inRuntime(CLAUDE_JSON), '{"theme":"light","mcpServers":{"of-work":{}},"oauthAccount":{"of":"work"}}')
  const killed = await driver.run(lab, 'acquire', { leaseId: 'two', failpoint: step })
  expect(killed.signal).toBe('SIGKILL')
  await lab.acquire('three')
  const shared = { theme: 'light', mcpServers: { 'of-plain': {}, 'of-work': {} } }
  expect(readJson(lab.globalDocument)).toEqual({ ...shared, oauthAccount: { of: 'plain' } })
  expect(readJson(lab.inRuntime(CLAUDE_JSON))).toEqual({ ...shared, oauthAccount: { of: 'work' } })
  expect(lab.conflicts()).toEqual([])
  const left = readdirSync(lab.root, { recursive: true, encoding: 'utf8' })
  expect(left.filter((name) => name.endsWith('.claude.json.lock'))).toEqual([])
  await lab.release('three')
  await lab.release()
})
