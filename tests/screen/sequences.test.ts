/** Where sequences begin and end, whatever the pieces, and which of them ask the terminal something. */
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { isQuery } from '../../src/screen/queries.js'
import { type SequenceKind, SequenceScanner } from '../../src/screen/sequence-scanner.js'
import { WithoutQueries } from '../../src/screen/without-queries.js'
import { terminalOutput } from './terminal-output.js'

interface Scanned {
  readonly sequences: readonly (readonly [SequenceKind, string])[]
  readonly pendingBytes: number
}

function scan(...pieces: readonly Uint8Array[]): Scanned {
  const sequences: [SequenceKind, string][] = []
  const scanner = new SequenceScanner((kind, bytes) => sequences.push([kind, bytes.toString('latin1')]))
  for (const piece of pieces) scanner.push(piece)
  return { sequences, pendingBytes: scanner.pendingBytes }
}

const QUESTIONS = ['\x1b[c', '\x1b[>c', '\x1b[6n', '\x1b]11;?\x07', '\x1b[?u', '\x1bP+q544e\x1b\\', '\x1b[?2026$p'] as const

test.each<readonly [string, SequenceKind[], number]>([
  ['text', [], 0],
  [
    '\x1b[1;2H\x1b]0;a\x07\x1b]0;b\x1b\\\x1bPq\x1b\\\x1b_G\x1b\\\x1b7\x1b(B',
    ['csi', 'osc', 'osc', 'string', 'string', 'escape', 'escape'],
    0,
  ],
  ['\u009b1mx\u009d0;a\u009c', ['csi', 'osc'], 0],
  ['\x1b[12', [], 4],
  ['\x1b]0;half', [], 8],
  ['\x1b]0;half\x1b', [], 9],
  ['\x1b[1\x18', [], 0],
  ['\x1b[1\x1b[m', ['csi'], 0],
  ['\x1b]0;ended by\x1b[1m', ['csi'], 0],
  ['a\x1b', [], 1],
])('%j', (output, kinds, pendingBytes) => {
  const found = scan(Buffer.from(output))
  expect([found.sequences.map(([kind]) => kind), found.pendingBytes]).toEqual([kinds, pendingBytes])
})

test('half a character is pending', () => {
  const bytes = Buffer.from('漢😀')
  expect([1, 2, 3, 4, 5, 6, 7].map((length) => scan(bytes.subarray(0, length)).pendingBytes)).toEqual([1, 2, 0, 1, 2, 3, 0])
  expect(scan(bytes.subarray(0, 2), Buffer.from('x')).pendingBytes).toBe(0)
})

test('it does not matter how the output was cut', () => {
  fc.assert(
    fc.property(terminalOutput(), fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1, maxLength: 20 }), (output, sizes) => {
      expect(scan(...pieces(output, sizes))).toEqual(scan(output))
    }),
  )
})

test.each(QUESTIONS)('%j is a question', (question) => {
  expect(scan(Buffer.from(question)).sequences.map(([kind, text]) => isQuery(kind, Buffer.from(text, 'latin1')))).toEqual([true])
})

test.each([
  '\x1b[?62;4c',
  '\x1b[0n',
  '\x1b[3;4R',
  '\x1b[m',
  '\x1b]11;red\x07',
  '\x1b[>1u',
  '\x1b[2 q',
  '\x1b]8;;a?\x1b\\',
  '\x1b[?25h',
  '\x1b[22;0t',
  '\x1bPq\x1b\\',
])('%j is none', (sequence) => {
  expect(scan(Buffer.from(sequence)).sequences.map(([kind, text]) => isQuery(kind, Buffer.from(text, 'latin1')))).toEqual([false])
})

test('without its questions an output is the same but for them, however it was cut', () => {
  const part = fc.oneof(
    terminalOutput(),
    fc.constantFrom(...QUESTIONS).map((text) => Buffer.from(text)),
  )
  const sizes = fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1, maxLength: 20 })
  fc.assert(
    fc.property(fc.array(part, { maxLength: 8 }), sizes, (parts, cuts) => {
      const output = Buffer.concat(parts)
      const asked = scan(output).sequences.filter(([kind, text]) => isQuery(kind, Buffer.from(text, 'latin1')))
      const without = new WithoutQueries()
      const shown = Buffer.concat([...pieces(output, cuts).map((piece) => Buffer.from(without.push(piece))), without.rest()])
      let expected = output.toString('latin1')
      let from = 0
      for (const [, text] of asked) {
        const at = expected.indexOf(text, from)
        expected = expected.slice(0, at) + expected.slice(at + text.length)
        from = at
      }
      expect(shown.toString('latin1')).toBe(expected)
    }),
  )
})

function pieces(output: Uint8Array, sizes: readonly number[]): readonly Uint8Array[] {
  const found: Uint8Array[] = []
  for (let at = 0, turn = 0; at < output.byteLength; turn += 1) {
    const size = sizes[turn % sizes.length] ?? 1
    found.push(output.subarray(at, at + size))
    at += size
  }
  return found
}
