/** What calls for attention in a terminal's output, however that is split. */
import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { TerminalSignal } from '../../../src/host/attention/attention-memory.js'
import { SignalScanner } from '../../../src/host/attention/signal-scanner.js'
import { terminalOutput } from '../../screen/terminal-output.js'

function scan(pieces: readonly Uint8Array[]): readonly TerminalSignal[] {
  const signals: TerminalSignal[] = []
  const scanner = new SignalScanner((signal) => {
    // Bells that follow one another are one: how many are told depends on the pieces.
    if (signal.terminal !== 'bell' || signals.at(-1)?.terminal !== 'bell') signals.push(signal)
  })
  for (const piece of pieces) scanner.push(Buffer.from(piece))
  return signals
}

const bell = { terminal: 'bell' } as const
const notified = (text: string | null) => ({ terminal: 'notified', text }) as const
const prompt = { terminal: 'prompt-shown' } as const
const started = { terminal: 'command-started' } as const
const ended = { terminal: 'command-ended' } as const

test.each<readonly [string, readonly TerminalSignal[]]>([
  ['text', []],
  ['a\x07b', [bell]],
  ['\x1b]0;title\x07', []],
  ['\x1b]0;title\x07\x07', [bell]],
  ['\x1b]0;title\x1b\\\x07', [bell]],
  ['\x1b]9;Turn complete\x07', [notified('Turn complete')]],
  ['\x1b]9;Gr\u00fc\u00dfe \u4f60\u597d\x1b\\', [notified('Gr\u00fc\u00dfe \u4f60\u597d')]],
  ['\x1b]9;4;1;50\x07', []],
  ['\x1b]9;\x07', [notified(null)]],
  ['\x1b]777;notify;Title;a; b\x07', [notified('a; b')]],
  ['\x1b]777;notify;Title\x07', [notified('Title')]],
  ['\x1b]777;other;Title\x07', []],
  ['\x1b]99;i=1:d=0;Hello\x1b\\', [notified('Hello')]],
  ['\x1b]99;i=1:p=?;\x1b\\', []],
  ['\x1b]99;i=1:e=1:p=body;SGVsbG8=\x1b\\', [notified(null)]],
  ['\x1b]133;A\x07$ \x1b]133;B\x07', [prompt, prompt]],
  ['\x1b]133;A;aid=1\x1b\\', [prompt]],
  ['\x1b]133;C\x07out\x1b]133;D;0\x07', [started, ended]],
  ['\x1b]133;Apple\x07\x1b]133\x07\x1b]1337;x\x07', []],
  ['\x1b]9;cancelled\x18\x07', [bell]],
  ['\x1b]9;one\x1b]9;two\x07', [notified('one'), notified('two')]],
  ['\x1b]9;ended by\x1b[1m\x07', [notified('ended by'), bell]],
  [`\x1b]9;${'x'.repeat(2_000)}\x07\x07`, [bell]],
  ['\x1b]9;never ended', []],
])('%j', (output, signals) => {
  const bytes = Buffer.from(output)
  expect(scan([bytes])).toEqual(signals)
  expect(scan([...bytes].map((byte) => Uint8Array.of(byte)))).toEqual(signals)
})

/** Bytes that mean something here are frequent in it. */
const dense = fc
  .array(
    fc.oneof(
      fc.constantFrom(
        '\x07',
        '\x1b',
        ']',
        '\\',
        '\x18',
        '\x1b]',
        '\x1b\\',
        '\x1b]9;',
        '\x1b]133;A',
        '\x1b]777;notify;t;',
        ';',
        'D',
      ),
      fc.string({ maxLength: 4, unit: 'binary' }),
    ),
    { maxLength: 40 },
  )
  .map((parts) => Buffer.from(parts.join('')))

test('random output gives the same signals however it is split', () => {
  const cuts = fc.array(fc.nat({ max: 400 }), { maxLength: 8 })
  fc.assert(
    fc.property(fc.oneof(dense, terminalOutput(), fc.uint8Array({ maxLength: 300 })), cuts, (bytes, at) => {
      const places = [0, ...at.map((cut) => Math.min(cut, bytes.byteLength)).sort((a, b) => a - b), bytes.byteLength]
      const pieces = places.slice(1).map((end, index) => bytes.subarray(places[index], end))
      expect(scan(pieces)).toEqual(scan([bytes]))
    }),
    { numRuns: 2_000 },
  )
})
