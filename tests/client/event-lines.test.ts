import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import type { EventLine } from '../../src/api/event.js'
import { eventLines } from '../../src/client/event-lines.js'

const event = (seq: number): EventLine => ({ seq, schema: 1, at: 'now', type: 'lost', session: 'é\u2028', name: null })
const gap: EventLine = { schema: 1, type: 'gap', from: 1, to: 2 }

async function* inPieces(bytes: Uint8Array, cuts: readonly number[]): AsyncGenerator<Uint8Array, void, void> {
  let from = 0
  for (const cut of [...cuts.map((one) => one % (bytes.byteLength + 1)).sort((a, b) => a - b), bytes.byteLength]) {
    yield bytes.subarray(from, cut)
    from = cut
  }
}

async function collect(chunks: AsyncIterable<Uint8Array>): Promise<readonly EventLine[]> {
  const lines: EventLine[] = []
  for await (const line of eventLines(chunks)) lines.push(line)
  return lines
}

test('lines come whole however the stream was cut, and one that never ended does not come', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.nat(500)), fc.nat(40), async (cuts, tornBytes) => {
      const lines = [gap, event(3), event(4)]
      const text = `${lines.map((line) => `${JSON.stringify(line)}\n`).join('')}${JSON.stringify(event(5)).slice(0, tornBytes)}`
      expect(await collect(inPieces(Buffer.from(text), cuts))).toEqual(lines)
    }),
  )
})

test.each([['not JSON'], ['{"schema":1}'], ['7'], ['{"seq":0,"schema":1,"at":"","type":"lost","session":"a","name":null}']])(
  'a line that is no event is an error: %s',
  async (line) => {
    await expect(collect(inPieces(Buffer.from(`${line}\n`), []))).rejects.toMatchObject({ code: 'version-mismatch' })
  },
)

test('a line without an end is not collected for ever', async () => {
  async function* endless(): AsyncGenerator<Uint8Array, void, void> {
    for (;;) yield Buffer.alloc(64 * 1024, 'x')
  }
  await expect(collect(endless())).rejects.toMatchObject({ code: 'version-mismatch' })
})
