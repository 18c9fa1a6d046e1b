/** Silence of a session: counted from the last output, and asked for before it is believed. */
import { describe, expect, test } from 'vitest'
import { Quiet, type StreamExtents } from '../../../src/cli/waiting/quiet.js'
import { within } from '../../kit/bounded.js'

const BOUND_MS = 5_000
const at = (end: number): StreamExtents => ({ stdout: { start: 0, end } })

/** Asks are answered by the test, one after the other. */
function watched(begin: number) {
  const asked: ((streams: StreamExtents | undefined) => void)[] = []
  let onAsked: () => void = () => {}
  let isQuiet = false
  let failure: unknown
  let settle: () => void = () => {}
  const settled = new Promise<void>((resolve) => {
    settle = resolve
  })
  const quiet = new Quiet({
    idleMs: 1,
    streams: at(begin),
    ask: () =>
      new Promise((resolve) => {
        asked.push(resolve)
        onAsked()
      }),
    onQuiet: () => {
      isQuiet = true
      settle()
    },
    onFailed: (error) => {
      failure = error
      settle()
    },
  })
  return {
    quiet,
    isQuiet: () => isQuiet,
    failure: () => failure,
    settled: () => within(settled, BOUND_MS, () => 'silence or a failure'),
    /** The next question, which has not been answered. */
    question: async () => {
      if (asked.length === 0) {
        const next = new Promise<void>((resolve) => {
          onAsked = resolve
        })
        await within(next, BOUND_MS, () => 'a question')
      }
      return asked.shift() ?? (() => {})
    },
  }
}

describe('a session', () => {
  test('that says it wrote nothing more is quiet', async () => {
    const session = watched(10)
    session.quiet.restart()
    const answer = await session.question()
    answer(at(10))
    await session.settled()
    expect(session.isQuiet()).toBe(true)
  })

  test('that wrote what has not arrived yet is asked again later, when it counts as known', async () => {
    const session = watched(10)
    session.quiet.restart()
    const first = await session.question()
    first(at(12))
    const second = await session.question()
    expect(session.isQuiet()).toBe(false)
    second(at(12))
    await session.settled()
    expect(session.isQuiet()).toBe(true)
  })

  test('whose output was read up to there is quiet', async () => {
    const session = watched(10)
    session.quiet.readTo('stdout', 20)
    session.quiet.restart()
    const answer = await session.question()
    answer(at(20))
    await session.settled()
    expect(session.isQuiet()).toBe(true)
  })

  test('whose output comes while it is asked is asked again', async () => {
    const session = watched(10)
    session.quiet.restart()
    const first = await session.question()
    session.quiet.restart()
    first(at(10))
    const second = await session.question()
    expect(session.isQuiet()).toBe(false)
    second(at(10))
    await session.settled()
  })

  test('that is over, or was given up, is never quiet', async () => {
    const session = watched(10)
    session.quiet.restart()
    const over = await session.question()
    over(undefined)
    session.quiet.restart()
    const late = await session.question()
    session.quiet.stop()
    late(at(10))
    await new Promise((resolve) => setImmediate(resolve))
    expect(session.isQuiet()).toBe(false)
  })
})

test('a session that cannot be asked is a failure', async () => {
  const problem = new Error('the host does not answer')
  const failed = new Promise<unknown>((resolve) => {
    const quiet = new Quiet({
      idleMs: 1,
      streams: {},
      ask: () => Promise.reject(problem),
      onQuiet: () => resolve('quiet'),
      onFailed: resolve,
    })
    quiet.restart()
  })
  expect(await within(failed, BOUND_MS, () => 'the failure')).toBe(problem)
})
