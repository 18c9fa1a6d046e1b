import fc from 'fast-check'
import { expect, test } from 'vitest'
import { KeyDecoder } from '../../../src/tui/keys/key-decoder.js'
import { keysOf } from '../a-dashboard.js'

const key = (name: string) => ({ kind: 'key', name })
const character = (text: string) => ({ kind: 'character', text })

test.each([
  ['\x1b[A', [key('up')]],
  ['\x1bOB', [key('down')]],
  ['\x1b[5~\x1b[6~', [key('page-up'), key('page-down')]],
  ['\x1b[H\x1b[4~', [key('home'), key('end')]],
  ['\x1b[1;5A\x1b[3;2~', [key('up'), key('delete')]],
  ['\x1b', [key('escape')]],
  ['\x1b\x1b', [key('escape'), key('escape')]],
  ['\r\x7f\t\x03', [key('enter'), key('backspace'), key('tab'), key('interrupt')]],
  ['x\u4e86\u{1f389}', [character('x'), character('\u4e86'), character('\u{1f389}')]],
  // Alt with a letter is not that letter; reports of the mouse and the focus, and unknown keys, are nothing.
  ['\x1bxq', [character('q')]],
  ['\x1b[<0;3;4M\x1b[Iq', [character('q')]],
  ['\x1b[15~\x00q', [character('q')]],
  ['\x1b[\x01q', [character('q')]],
])('%j', (bytes, keys) => {
  expect(keysOf(bytes)).toEqual(keys)
})

test('what is pasted is one text, and none of it is a key', () => {
  expect(keysOf('a\x1b[200~x\ny\x1b[A\x03\x1b[201~b')).toEqual([
    character('a'),
    { kind: 'paste', text: 'x\ny\x1b[A\x03' },
    character('b'),
  ])
})

test('it makes no difference where the bytes are cut, but after Escape', () => {
  const bytes = Buffer.from('a\u4e86\x1b[A\x1b[200~long\u{1f389}\x1b[201~\x1b[1;5B\r')
  const whole = keysOf(bytes.toString())
  fc.assert(
    fc.property(fc.nat({ max: bytes.length }), fc.nat({ max: bytes.length }), (one, other) => {
      const [first, second] = [Math.min(one, other), Math.max(one, other)]
      const decoder = new KeyDecoder()
      const pieces = [bytes.subarray(0, first), bytes.subarray(first, second), bytes.subarray(second)]
      expect(pieces.flatMap((piece) => decoder.push(piece))).toEqual(whole)
    }),
  )
})
