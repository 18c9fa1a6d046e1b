/** What of a session's attention is told, and when. */
import { expect, test } from 'vitest'
import type { Attention } from '../../../src/api/attention.js'
import { AttentionTracker } from '../../../src/host/attention/attention-tracker.js'
import { openPtySession } from '../../../src/index.js'
import { until } from '../../kit/bounded.js'

const BOUND_MS = 20_000

function tracked(hooksExpected = false) {
  const told: Attention[] = []
  let changes = 0
  const tracker = new AttentionTracker({
    kind: 'pty',
    hooksExpected,
    onChange: () => {
      changes += 1
    },
    tell: (attention) => told.push(attention),
  })
  return { tracker, told, changes: () => changes, states: () => told.map(({ state }) => state) }
}

test('hooks are told as they come, and from the first one on the terminal is not listened to', () => {
  const { tracker, told, states } = tracked(true)
  tracker.output(Buffer.from('\x07'))
  tracker.hooked({ hook: 'session-started', at: 1_000 })
  tracker.hooked({ hook: 'prompt-submitted', at: 2_000 })
  tracker.output(Buffer.from('\x07\x1b]9;look\x07'))
  tracker.hooked({ hook: 'permission-asked', at: 3_000, tool: 'Bash' })
  tracker.typed(Buffer.from('\x1b[A'))
  expect(states()).toEqual(['waiting', 'idle', 'working', 'permission'])
  expect(told.at(-1)).toEqual({ state: 'permission', since: new Date(3_000).toISOString(), reason: 'Bash' })
  expect(tracker.current).toEqual(told.at(-1))
  tracker.close()
})

test('that somebody has seen it is in the status, and no news', () => {
  const { tracker, told, changes } = tracked()
  tracker.hooked({ hook: 'permission-asked', at: 1_000, tool: null })
  const before = changes()
  tracker.left()
  expect(changes()).toBe(before + 1)
  expect(told).toHaveLength(1)
  expect(tracker.current).toMatchObject({ state: 'permission', seen: expect.any(String) })
  tracker.close()
})

test('of a thousand changes few are told at once, and the last word in any case', async () => {
  const { tracker, states } = tracked()
  const turn = Buffer.from('\x1b]133;C\x07\x1b]133;A\x07')
  for (let index = 0; index < 1_000; index++) tracker.output(turn)
  tracker.output(Buffer.from('\x07'))
  expect(states().length).toBeLessThan(10)
  expect(tracker.current.state).toBe('waiting')
  await until(
    () => states().at(-1) === 'waiting',
    BOUND_MS,
    () => `the last word, after ${states()}`,
  )
  expect(states().length).toBeLessThan(10)
  tracker.close()
})

test('nothing is told of a program that has ended', () => {
  const { tracker, told } = tracked()
  tracker.close()
  tracker.output(Buffer.from('\x07'))
  tracker.hooked({ hook: 'turn-ended', at: 1_000 })
  tracker.left()
  expect(told).toEqual([])
})

test('a session that a program owns says so as well, until it ends', async () => {
  await using session = await openPtySession({ command: String.raw`printf '\033]9;look here\a'; exec cat` })
  await until(
    () => session.status().attention?.state === 'waiting',
    BOUND_MS,
    () => 'the notification',
  )
  expect(session.status().attention).toMatchObject({ reason: 'look here' })
  await session.write('\r')
  expect(session.status().attention).toMatchObject({ state: 'working', reason: null })
  await session.terminate()
  expect(session.status().attention).toBeNull()
})
