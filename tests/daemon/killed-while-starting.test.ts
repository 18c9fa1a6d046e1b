/** A host that is killed between starting its program and saying so: nothing of either is left behind a failed start. */
import { expect, test } from 'vitest'
import { until } from '../kit/bounded.js'
import { processesMarked } from '../kit/marked-processes.js'
import { temporaryHome } from '../kit/temporary-home.js'
import { clientOf, sessionFolders, startScript, TEST_BOUND_MS } from './kit/sessions.js'

/** Kills its host first thing: sometimes before and sometimes after the host has answered. */
const KILLS_ITS_HOST = 'trap "" HUP; kill -9 $PPID; exec sleep 1000'

test.each(['pipe', 'pty'] as const)('a program in a %s that outlives its host does not outlive its session', async (kind) => {
  await using home = temporaryHome()
  const client = clientOf(home)
  const running = () => processesMarked(home.root).filter(({ command }) => command.startsWith('sleep'))
  let started = 0
  for (let round = 0; round < 4; round++) {
    try {
      await startScript(client, home, KILLS_ITS_HOST, { kind })
      started += 1
    } catch (error) {
      expect(error).toMatchObject({ code: 'host-start-failed' })
    }
  }
  await until(
    () => running().length === 0,
    TEST_BOUND_MS,
    () => `the end of what was started: ${running().map(({ pid }) => pid)}`,
  )
  const { sessions } = await client.listSessions({ all: true })
  expect(sessions.map(({ state }) => state)).toEqual(Array.from({ length: started }, () => 'lost'))
  expect(sessionFolders(home)).toHaveLength(started)
})
