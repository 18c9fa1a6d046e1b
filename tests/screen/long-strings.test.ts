/** Strings of megabytes (images, copied texts) are passed over, and what comes after them is taken as ever. */
import { expect, test } from 'vitest'
import { ScreenModel } from '../../src/screen/screen-model.js'

const SIZE = { cols: 20, rows: 3 }
const LONG = 'x'.repeat(300_000)

async function shownAfter(output: string, pieceBytes: number): Promise<{ line: string | undefined; pendingBytes: number }> {
  const model = new ScreenModel({ size: SIZE, scrollback: 0 })
  const bytes = Buffer.from(output)
  for (let at = 0; at < bytes.byteLength; at += pieceBytes) await model.feed(bytes.subarray(at, at + pieceBytes))
  const found = { line: model.text({ colours: false }).lines[0], pendingBytes: model.pendingBytes }
  model.dispose()
  return found
}

const CASES: readonly (readonly [what: string, output: string, line: string, pendingBytes: number])[] = [
  ['that ends with a bell', `a\x1b]1337;File=:${LONG}\x07b`, 'ab', 0],
  ['that ends with its terminator', `a\x1bPq${LONG}\x1b\\b`, 'ab', 0],
  ['that is cancelled', `a\x1b_G${LONG}\x18b`, 'ab', 0],
  ['that another sequence ends', `a\x1b]0;${LONG}\x1b[5Gb`, 'a   b', 0],
  ['that another string ends', `a\x1b]0;${LONG}\x1b]0;t\x07b`, 'ab', 0],
  ['that goes on', `a\x1b]0;${LONG}`, 'a', LONG.length + 4],
  ['that goes on, maybe', `a\x1b]0;${LONG}\x1b`, 'a', LONG.length + 5],
]

test.each(CASES)('one %s', async (_, output, line, pendingBytes) => {
  for (const pieceBytes of [output.length, 65_536, 65_537, 99_991]) {
    expect([pieceBytes, await shownAfter(output, pieceBytes)]).toEqual([pieceBytes, { line, pendingBytes }])
  }
})
