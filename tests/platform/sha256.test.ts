import { createHash } from 'node:crypto'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { sha256Hex } from '../../src/platform/sha256.js'

const byNode = (data: string | Uint8Array) => createHash('sha256').update(data).digest('hex')

test('the digest is that of Node, at every length around the ends of blocks', () => {
  for (let length = 0; length <= 200; length++) {
    const bytes = Uint8Array.from({ length }, (_, index) => (index * 37 + length) & 0xff)
    expect(sha256Hex(bytes)).toBe(byNode(bytes))
  }
})

test('and of any bytes and any text', () => {
  const data = fc.oneof(fc.uint8Array({ maxLength: 3000 }), fc.string({ unit: 'grapheme' }))
  fc.assert(
    fc.property(data, (any) => {
      expect(sha256Hex(any)).toBe(byNode(any))
    }),
  )
})
