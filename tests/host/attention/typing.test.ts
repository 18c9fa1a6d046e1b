/** What a person types, and what only a terminal says; and what an agent says of itself, on one line. */
import { expect, test } from 'vitest'
import { reasonText } from '../../../src/host/attention/reason-text.js'
import { typingIn } from '../../../src/host/attention/typing.js'

test.each([
  ['y', 'keys'],
  ['1', 'keys'],
  ['\x03', 'keys'],
  ['\x1b', 'keys'],
  ['\x1by', 'keys'],
  ['\r', 'submit'],
  ['yes\n', 'submit'],
  ['\x1b[27u', 'keys'],
  ['\x1b[99;5u', 'keys'],
  ['\x1b[200~pasted\x1b[201~', 'keys'],
  ['', 'nothing'],
  ['\x1b[A\x1bOB', 'nothing'],
  ['\x1b[I\x1b[O', 'nothing'],
  ['\x1b[<35;10;20M\x1b[<0;1;1m', 'nothing'],
  ['\x1b[M abc', 'keys'],
  ['\x1b[M ab', 'nothing'],
  ['\x1b[12;40R\x1b[?62;4c\x1b[?1u', 'nothing'],
  ['\x1b]11;rgb:0000/0000/0000\x1b\\\x1bP>|xterm\x1b\\', 'nothing'],
  ['\x1b]11;rgb:0000/0000/0000\x07', 'nothing'],
])('%j is %s', (input, typing) => {
  expect(typingIn(Buffer.from(input))).toBe(typing)
})

test('a reason is one line without anything that acts', () => {
  expect(reasonText('needs\r\n\x1b[31myou\u202e')).toBe('needs [31myou')
  expect(reasonText('\x07\n')).toBeNull()
  expect(reasonText(null)).toBeNull()
  expect(reasonText('\u{1f600}'.repeat(500))).toBe('\u{1f600}'.repeat(200))
})
