/** Recordings as they are read: what is shown, and what is wrong with the others. */
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { LINE_LIMIT_BYTES } from '../../../src/cli/recording/cast-lines.js'
import { readRecording } from '../../../src/cli/recording/read-recording.js'
import { anyText, inPieces } from './pieces.js'

const HEADER = '{"version":2,"width":90,"height":30,"env":{"TERM":"x"},"new":1}\n'

async function read(text: string | Uint8Array, cuts: readonly number[] = []) {
  const { size, outputs } = await readRecording(inPieces(Buffer.from(text), cuts), 'demo.cast')
  const shown: unknown[] = []
  for await (const { seconds, text: output } of outputs) shown.push([seconds, output])
  return { size, shown }
}

test('shows output and leaves out everything else, also kinds that nobody knows yet', async () => {
  const lines = [
    '[0,"o","a"]',
    '[0.5,"i","typed"]',
    '[0.5,"r","1x1"]',
    '[1,"m",""]',
    '',
    '[1,"?",{"x":[1]},4]',
    '[1e3,"o","é\\u001b[m"]',
  ]
  expect(await read(`${HEADER}${lines.join('\r\n')}`)).toEqual({
    size: { cols: 90, rows: 30 },
    shown: [
      [0, 'a'],
      [1000, 'é\x1b[m'],
    ],
  })
})

test('reads the same wherever the bytes were cut', async () => {
  const event = fc.tuple(fc.nat(5), fc.constantFrom('o', 'i', 'x'), anyText())
  await fc.assert(
    fc.asyncProperty(
      fc.array(event, { maxLength: 8 }),
      fc.array(fc.nat(400)),
      fc.boolean(),
      async (steps, cuts, isTerminated) => {
        const events = steps.map(([, kind, text], at) => {
          const seconds = steps.slice(0, at + 1).reduce((sum, [step]) => sum + step / 8, 0)
          return [seconds, kind, text] as const
        })
        const text = HEADER + events.map((each) => JSON.stringify(each)).join('\n') + (isTerminated ? '\n' : '')
        const { shown } = await read(text, cuts)
        expect(shown).toEqual(events.filter(([, kind]) => kind === 'o').map(([at, , output]) => [at, output]))
      },
    ),
    { numRuns: 40 },
  )
})

describe('is refused, with what is wrong and where', () => {
  test.each([
    ['nothing', '', 'not-a-recording', 'demo.cast is empty'],
    ['text', 'hello\n', 'not-a-recording', 'first line is no header'],
    ['another document', '{"a":1}\n', 'not-a-recording', 'first line is no header'],
    ['a list', '[2]\n', 'not-a-recording', 'first line is no header'],
    ['a header without a size', '{"version":2}\n', 'not-a-recording', 'first line is no header'],
    ['version 1', '{"version":1,"width":80,"height":24,"stdout":[]}\n', 'not-a-recording', 'of version 1'],
    ['version 3', '{"version":3,"term":{"cols":80,"rows":24}}\n', 'not-a-recording', 'of version 3'],
    ['a torn line', `${HEADER}[0,"o","a"]\n[1,"o","b`, 'corrupt-recording', 'line 3 of demo.cast is not JSON'],
    ['a document in place of an event', `${HEADER}{}\n`, 'corrupt-recording', 'line 2 of demo.cast is no event'],
    ['too short an event', `${HEADER}[0,"o"]\n`, 'corrupt-recording', 'line 2'],
    ['output that is no text', `${HEADER}[0,"o",7]\n`, 'corrupt-recording', 'line 2 of demo.cast has output that is no text'],
    ['a time that is none', `${HEADER}["0","o","a"]\n`, 'corrupt-recording', 'line 2'],
    ['a negative time', `${HEADER}[-0.1,"o","a"]\n`, 'corrupt-recording', 'line 2'],
    ['times out of order', `${HEADER}[2,"i","a"]\n\n[1,"o","b"]\n`, 'corrupt-recording', 'line 4 of demo.cast goes back in time'],
  ])('%s', async (_, text, code, message) => {
    await expect(read(text)).rejects.toMatchObject({ code, message: expect.stringContaining(message), hint: expect.any(String) })
  })

  test('a line without an end, before it fills the memory', async () => {
    const piece = Buffer.alloc(1024 * 1024, 0x20)
    let pieces = 0
    const endless = async function* () {
      yield Buffer.from(HEADER)
      for (;;) {
        pieces += 1
        yield piece
      }
    }
    const { outputs } = await readRecording(endless(), 'demo.cast')
    await expect(outputs.next()).rejects.toMatchObject({ code: 'corrupt-recording', message: expect.stringContaining('line 2') })
    expect(pieces).toBe(LINE_LIMIT_BYTES / piece.byteLength + 1)
  })
})
