/** Output as text that a pattern is looked for in, wherever it was cut. */
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { StreamName } from '../../../src/api/session.js'
import { streamText } from '../../../src/cli/waiting/stream-text.js'
import { terminalPart } from '../terminal-part.js'

function textOf(stream: StreamName, chunks: readonly Uint8Array[]): string {
  const text = streamText(stream)
  return chunks.map(text).join('')
}

describe('what a terminal shows', () => {
  test.each([
    ['colours', '\x1b[1;31mred\x1b[0m', 'red'],
    ['moves and modes', 'a\x1b[5;5H\x1b[?2004hb', 'ab'],
    ['a title, ended either way', '\x1b]0;x\x07a\x1b]2;y\x1b\\b', 'ab'],
    ['device control, application and privacy strings', '\x1bPq#1\x1b\\a\x1b_perch\x1b\\b\x1b^p\x1b\\c', 'abc'],
    ['character sets and keypad modes', '\x1b(0a\x1b(B\x1b=b\x1b>c', 'abc'],
    ['a sequence that is aborted', '\x1b[31\x18a\x1b]0;t\x1ab', 'ab'],
    ['an endless sequence', `\x1b[${'1;'.repeat(5000)}ma`, 'a'],
    ['bells and backspaces', 'a\x07\x08b', 'ab'],
    ['line ends and tabs stay', 'a\tb\r\nc', 'a\tb\r\nc'],
  ])('%s', (_, output, text) => expect(textOf('pty', [Buffer.from(output)])).toBe(text))

  test('does not depend on where it was cut', () => {
    fc.assert(
      fc.property(fc.array(terminalPart, { maxLength: 12 }), (parts) => {
        const whole = Buffer.from(parts.join(''))
        const single = [...whole].map((byte) => Uint8Array.of(byte))
        expect(textOf('pty', single)).toBe(textOf('pty', [whole]))
      }),
    )
  })
})

test('pipes are text as they are, UTF-8 wherever it was cut', () => {
  const whole = Buffer.from('\ufeff\x1b[31m日本 🎉\n')
  expect(
    textOf(
      'stdout',
      [...whole].map((byte) => Uint8Array.of(byte)),
    ),
  ).toBe(whole.toString())
})

test('bytes that are no UTF-8 hide nothing of what is around them', () => {
  expect(textOf('stdout', [Uint8Array.of(0x61, 0xff, 0xc3), Uint8Array.of(0x62)])).toBe('a��b')
})
