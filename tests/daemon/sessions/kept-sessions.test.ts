/** Ended sessions past their keeping, of which one may be in the way of its own removal. */
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { KeptSessions } from '../../../src/daemon/sessions/kept-sessions.js'
import type { TrackedSession } from '../../../src/daemon/sessions/tracked-session.js'
import { temporaryHome } from '../../kit/temporary-home.js'

function endedSession(id: string): TrackedSession {
  const exit = { endedAt: new Date(0).toISOString() }
  return { id, live: false, exit } as TrackedSession
}

test('one that cannot be removed keeps no other, and is told', async () => {
  await using home = temporaryHome()
  mkdirSync(home.paths.config, { recursive: true })
  writeFileSync(join(home.paths.config, 'config.toml'), '[sessions]\nretention-days = 1\n')
  const removed: string[] = []
  const warned: unknown[] = []
  const kept = new KeptSessions({
    paths: home.paths,
    log: { debug: () => undefined, info: () => undefined, warn: (_, fields) => warned.push(fields?.session) },
    all: () => ['a', 'stuck', 'b'].map(endedSession),
    remove: ({ id }) => {
      if (id === 'stuck') throw new Error('EBUSY: resource busy')
      removed.push(id)
    },
  })
  kept.prune()
  expect(removed.sort()).toEqual(['a', 'b'])
  expect(warned).toEqual(['stuck'])
})
