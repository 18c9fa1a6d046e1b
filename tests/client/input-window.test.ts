import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { checkAnswer } from '../../src/api/check-host.js'
import { encodeJsonFrame, FRAME, FRAME_HEADER_BYTES, type Frame } from '../../src/api/frames.js'
import { InputWindow } from '../../src/client/input-window.js'
import { PerchError } from '../../src/platform/perch-error.js'

const WINDOW_BYTES = 256 * 1024

/** A host's side that takes only what the test lets it take. */
function channel() {
  const sent: Buffer[] = []
  let ends = 0
  return {
    sent,
    ends: () => ends,
    check: checkAnswer,
    bytes: () => sent.reduce((total, piece) => total + piece.byteLength, 0),
    send: async (type: number, payload: Uint8Array) => {
      if (type === FRAME.inputEnd) ends += 1
      else sent.push(Buffer.from(payload))
    },
  }
}

function accepted(bytes: number, problem?: { code: string; message: string; hint: string | null }): Frame {
  const frame = encodeJsonFrame(FRAME.accepted, { bytes, ...(problem && { problem }) })
  return { type: FRAME.accepted, stream: 0, payload: frame.subarray(FRAME_HEADER_BYTES) }
}

async function settle(): Promise<void> {
  await new Promise((resolve) => setImmediate(resolve))
}

describe('input on its way', () => {
  test('stays within the window until the child takes some of it', async () => {
    const host = channel()
    const window = new InputWindow(host)
    const writing = window.write(Buffer.alloc(1024 * 1024, 1))
    await settle()
    expect(host.bytes()).toBe(WINDOW_BYTES)
    window.acknowledge(accepted(WINDOW_BYTES))
    await settle()
    expect(host.bytes()).toBe(2 * WINDOW_BYTES)
    window.acknowledge(accepted(1024 * 1024 - 10))
    await writing
    expect(host.bytes()).toBe(1024 * 1024)
    const all = window.settled()
    window.acknowledge(accepted(1024 * 1024))
    expect(await all).toBe(1024 * 1024)
  })

  test('arrives whole and in order, whatever is written and taken when', async () => {
    const written = fc.array(fc.uint8Array({ maxLength: 100_000 }), { maxLength: 8 })
    await fc.assert(
      fc.asyncProperty(written, fc.infiniteStream(fc.integer({ min: 1, max: 200_000 })), async (pieces, takes) => {
        const host = channel()
        const window = new InputWindow(host)
        const total = pieces.reduce((sum, piece) => sum + piece.byteLength, 0)
        const done = Promise.all([...pieces.map((piece) => window.write(piece)), window.end()])
        while (window.accepted < total) {
          await settle()
          expect(host.bytes() - window.accepted).toBeLessThanOrEqual(WINDOW_BYTES)
          const take = takes.next().value
          window.acknowledge(accepted(Math.min(host.bytes(), window.accepted + take)))
        }
        await done
        expect(Buffer.concat(host.sent).equals(Buffer.concat(pieces))).toBe(true)
        expect(host.ends()).toBe(1)
        expect(await window.settled()).toBe(total)
      }),
      { numRuns: 30 },
    )
  })

  test('that nobody will read is refused with the host’s reason', async () => {
    const host = channel()
    const window = new InputWindow(host)
    const writing = window.write(Buffer.alloc(WINDOW_BYTES + 1))
    await settle()
    window.acknowledge(accepted(10, { code: 'stream-closed', message: 'stdin is closed', hint: null }))
    await expect(writing).rejects.toMatchObject({ code: 'stream-closed' })
    await expect(window.settled()).rejects.toMatchObject({ code: 'stream-closed' })
    expect(window.accepted).toBe(10)
  })

  test('is given up when it is aborted, or the connection ends, and nobody waits for ever', async () => {
    const window = new InputWindow(channel())
    const abort = new AbortController()
    const writing = window.write(Buffer.alloc(WINDOW_BYTES + 1), abort.signal)
    await settle()
    abort.abort(new Error('given up'))
    await expect(writing).rejects.toThrow('given up')
    const waiting = window.settled()
    window.fail(new PerchError('host-lost', 'gone'))
    await expect(waiting).rejects.toMatchObject({ code: 'host-lost' })
    await expect(window.write(Buffer.alloc(1))).rejects.toMatchObject({ code: 'host-lost' })
  })
})
