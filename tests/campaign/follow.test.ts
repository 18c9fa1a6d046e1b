/** The campaigns' own eyes: what they are there to find, they find. */
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { ExitRecord } from '../../src/api/session-record.js'
import type { AttachmentEvent } from '../../src/client/attachment-events.js'
import type { HostAttachment } from '../../src/client/attachment-output.js'
import { follow, whatIsMissing } from './follow.js'
import { LINE_BYTES, numberedLines } from './known-bytes.js'

const TEXT = Buffer.from(Array.from({ length: 20 }, (_, line) => `${String(line).padStart(LINE_BYTES - 1, '0')}\n`).join(''))
const EXIT: ExitRecord = {
  schema: 1,
  endedAt: '2026-11-21T08:00:00.000Z',
  exit: { code: 7, signal: null, outcome: 'exited', signalsSent: [] },
  streams: {},
}

const data = (from: number, to: number): AttachmentEvent => ({
  type: 'data',
  stream: 'stdout',
  offset: from,
  bytes: TEXT.subarray(from, to),
})
const end = (offset = TEXT.byteLength): AttachmentEvent => ({ type: 'end', stream: 'stdout', offset })
const exit: AttachmentEvent = { type: 'exit', record: EXIT }
const closed: AttachmentEvent = { type: 'closed', reason: 'ended' }

async function lossOf(events: readonly AttachmentEvent[]): Promise<string | undefined> {
  async function* sequence() {
    yield* events
  }
  const attached: HostAttachment['attached'] = { attachment: 'a1', epoch: 'e', offsets: { stdout: 0 }, size: null }
  const followed = await follow({ attached, events: sequence() }, () => numberedLines)
  return whatIsMissing(followed, { bytes: TEXT.byteLength, code: 7 })
}

describe('following a session', () => {
  test('finds nothing missing however the output was cut', () =>
    fc.assert(
      fc.asyncProperty(fc.uniqueArray(fc.integer({ min: 1, max: TEXT.byteLength - 1 })), async (cuts) => {
        const bounds = [0, ...cuts.sort((a, b) => a - b), TEXT.byteLength]
        const pieces = bounds.slice(1).map((to, at) => data(bounds[at] ?? 0, to))
        expect(await lossOf([...pieces, end(), exit, closed])).toBeUndefined()
      }),
    ))

  const altered = Buffer.from(TEXT)
  altered[100] = 0x78
  const cases: readonly [what: string, events: readonly AttachmentEvent[], found: string][] = [
    ['a tail that never came', [data(0, 300), end(300), exit, closed], '300 of 320 bytes'],
    ['a piece that came twice', [data(0, 200), data(100, 320), end(), exit, closed], 'stdout at 100 instead of 200'],
    ['a piece that is missing', [data(0, 100), data(116, 320), end(), exit, closed], 'stdout at 116 instead of 100'],
    [
      'a gap',
      [data(0, 100), { type: 'gap', stream: 'stdout', from: 100, to: 116 }, data(116, 320), end(), exit, closed],
      'a gap',
    ],
    [
      'a byte that is another',
      [{ type: 'data', stream: 'stdout', offset: 0, bytes: altered }, end(), exit, closed],
      'other bytes of stdout at 0',
    ],
    ['bytes after the end', [data(0, 200), end(200), data(200, 320), exit, closed], 'data of stdout after its end'],
    ['an exit before the end', [data(0, 320), exit, end(), closed], 'the exit before the end'],
    ['an end somewhere else', [data(0, 320), end(300), exit, closed], 'the end of stdout at 300'],
    ['no exit', [data(0, 320), end(), closed], 'exit undefined, not 7'],
    ['a lost host', [data(0, 320), end(), exit, { type: 'closed', reason: 'host-lost' }], 'closed: host-lost'],
    ['no end at all', [data(0, 320)], 'no reason for the end'],
  ]
  for (const [what, events, found] of cases) {
    test(`finds ${what}`, async () => expect(await lossOf(events)).toContain(found))
  }
})

describe('numbered lines', () => {
  test('are known at every offset, and at no other', () =>
    fc.assert(
      fc.property(
        fc.nat(300),
        fc.integer({ min: LINE_BYTES, max: 300 }),
        fc.integer({ min: 1, max: 300 }),
        (from, length, shift) => {
          const bytes = TEXT.subarray(from, from + length)
          expect(numberedLines(from, bytes)).toBe(true)
          fc.pre(bytes.byteLength >= LINE_BYTES)
          expect(numberedLines(from + shift, bytes)).toBe(false)
        },
      ),
    ))
})
