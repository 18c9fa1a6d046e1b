import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Frame } from '../../src/api/frames.js'
import { FrameQueue } from '../../src/client/frame-queue.js'

function frame(stream: number, bytes: number): Frame {
  return { type: 16, stream, payload: new Uint8Array(bytes) }
}

test('frames come out in order, and the source is stopped and started by turns', async () => {
  const step = fc.oneof(fc.record({ push: fc.integer({ min: 0, max: 300_000 }) }), fc.record({ take: fc.constant(true) }))
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 60 }), async (steps) => {
      const queue = new FrameQueue()
      const log: string[] = []
      const source = { pause: () => log.push('pause'), resume: () => log.push('resume') }
      let pushed = 0
      let taken = 0
      for (const one of steps) {
        if ('push' in one) queue.push(frame(pushed++, one.push), source)
        else if (taken < pushed) expect((await queue.take())?.stream).toBe(taken++)
      }
      queue.end()
      for (let next = await queue.take(); next; next = await queue.take()) expect(next.stream).toBe(taken++)
      expect(taken).toBe(pushed)
      // Never twice the same, and not left stopped once everything is taken.
      expect(log.every((entry, index) => entry === (index % 2 === 0 ? 'pause' : 'resume'))).toBe(true)
      expect(log.length % 2).toBe(0)
    }),
  )
})

test('a consumer that waits gets the next frame, and the end', async () => {
  const queue = new FrameQueue()
  const first = queue.take()
  queue.push(frame(7, 1), undefined)
  expect((await first)?.stream).toBe(7)
  const second = queue.take()
  queue.end()
  expect(await second).toBeUndefined()
})

test('frames are handed on as they come, one at a time, however long each takes', async () => {
  const queue = new FrameQueue()
  const seen: (number | undefined)[] = []
  const releases: (() => void)[] = []
  queue.push(frame(0, 1), undefined)
  const over = queue.handOn((one) => {
    seen.push(one?.stream)
    if (one === undefined) return 'done'
    return one.stream === 1 ? new Promise((resolve) => releases.push(resolve)) : undefined
  })
  expect(seen).toEqual([0])
  for (const stream of [1, 2, 3]) queue.push(frame(stream, 1), undefined)
  queue.end()
  expect(seen).toEqual([0, 1])
  for (const release of releases) release()
  await over
  expect(seen).toEqual([0, 1, 2, 3, undefined])
})

test('whoever throws is handed nothing more', async () => {
  const queue = new FrameQueue()
  let calls = 0
  const over = queue.handOn(() => {
    calls += 1
    throw new Error('full')
  })
  queue.push(frame(0, 1), undefined)
  queue.push(frame(1, 1), undefined)
  await expect(over).rejects.toThrow('full')
  expect(calls).toBe(1)
})
