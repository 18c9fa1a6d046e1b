import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { BATCH_MS, PublicationPace } from '../../../src/host/log/publication-pace.js'

test.each([
  ['the first output', [], 0, true],
  ['the answer to a key right behind its echo', [{ at: 0, bytes: 1 }], 0.1, true],
  ['the fifth piece within a moment', [0, 0.1, 0.2, 0.3].map((at) => ({ at, bytes: 1 })), 0.4, false],
  ['what follows a full terminal at once', [{ at: 0, bytes: 4096 }], 0.1, false],
  ['what follows a full terminal after a while', [{ at: 0, bytes: 65_536 }], BATCH_MS, true],
] as const)('%s', (_, published, nowMs, isPrompt) => {
  const pace = new PublicationPace()
  for (const { at, bytes } of published) pace.note(at, bytes)
  expect(pace.isPrompt(nowMs)).toBe(isPrompt)
})

test('however fast a program writes, few of its pieces are published at once', () => {
  const piece = fc.record({ afterMs: fc.double({ min: 0, max: 1, noNaN: true }), bytes: fc.integer({ min: 1, max: 65_536 }) })
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 200 }), (pieces) => {
      const pace = new PublicationPace()
      let nowMs = 0
      let prompt = 0
      for (const { afterMs, bytes } of pieces) {
        nowMs += afterMs
        if (!pace.isPrompt(nowMs)) continue
        pace.note(nowMs, bytes)
        prompt += 1
      }
      expect(prompt).toBeLessThanOrEqual(4 * (1 + nowMs / BATCH_MS))
    }),
  )
})
