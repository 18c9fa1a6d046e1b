/** The queue in the place of a socket: every frame once and in order, and nothing sent before it was taken. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { encodeFrameHeader, encodeJsonFrame, FRAME } from '../../src/api/frames.js'
import { EventQueue } from '../../src/library/event-queue.js'

function dataFrame(payload: Uint8Array): Buffer {
  return Buffer.concat([encodeFrameHeader(FRAME.data, 1, payload.byteLength), payload])
}

describe('the queue of an attachment', () => {
  it('gives the frames in order, with bytes of their own, however the writes were cut', async () => {
    const payloads = fc.array(fc.uint8Array({ maxLength: 200 }), { minLength: 1, maxLength: 20 })
    await fc.assert(
      fc.asyncProperty(payloads, fc.array(fc.integer({ min: 1, max: 300 }), { minLength: 1 }), async (sent, cuts) => {
        const queue = new EventQueue()
        const whole = Buffer.concat(sent.map(dataFrame))
        for (let at = 0, cut = 0; at < whole.byteLength; cut++) {
          const length = cuts[cut % cuts.length] ?? 1
          const written = Buffer.from(whole.subarray(at, at + length))
          // As the pump does: the buffer is its own again when the frame counts as sent.
          queue.write(written, () => written.fill(0xff))
          at += length
        }
        const taken: Uint8Array[] = []
        for (const _ of sent) taken.push((await queue.take()).payload)
        expect(taken.map((bytes) => [...bytes])).toEqual(sent.map((bytes) => [...bytes]))
      }),
    )
  })

  it('counts a frame as sent when it was taken, not before', async () => {
    const queue = new EventQueue()
    const sent: number[] = []
    for (const number of [1, 2]) queue.write(encodeJsonFrame(FRAME.gap, { number }), () => sent.push(number))
    await Promise.resolve()
    expect(sent).toEqual([])
    await queue.take()
    expect(sent).toEqual([1])
    await queue.take()
    expect(sent).toEqual([1, 2])
  })

  it('fails whoever waits, and whoever comes later', async () => {
    const queue = new EventQueue()
    const reason = new Error('enough')
    const waiting = queue.take()
    queue.write(encodeJsonFrame(FRAME.gap, {}))
    await waiting
    const next = queue.take()
    queue.fail(reason)
    await expect(next).rejects.toBe(reason)
    await expect(queue.take()).rejects.toBe(reason)
  })
})
