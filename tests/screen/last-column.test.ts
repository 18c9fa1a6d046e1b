/** What is written in the last column while lines do not wrap, which is how curses fills the lower right corner. */
import { expect, test } from 'vitest'
import { ScreenModel } from '../../src/screen/screen-model.js'

const SIZE = { cols: 10, rows: 3 }

async function shownAfter(...outputs: readonly string[]) {
  const model = new ScreenModel({ size: SIZE, scrollback: 0 })
  for (const output of outputs) await model.feed(Buffer.from(output))
  const { lines, cursor } = model.text({ colours: false })
  const restore = model.restore({ scrollback: 0 })
  model.dispose()
  return { lines, cursor: [cursor.column, cursor.row], restore }
}

test('the cursor stays on it, and what follows takes its place once lines wrap again', async () => {
  const { lines, cursor } = await shownAfter('\x1b[1;9H\x1b[?7lab\x1b[?7hc')
  expect({ lines, cursor }).toEqual({ lines: ['        ac', '', ''], cursor: [9, 0] })
})

test('while lines wrap, what follows is on the next one', async () => {
  const { lines, cursor } = await shownAfter('\x1b[1;9Habc')
  expect({ lines, cursor }).toEqual({ lines: ['        ab', 'c', ''], cursor: [1, 1] })
})

test.each(['\x1b[1;9H\x1b[?7lab', '\x1b[1;9H\x1b[?7lab\x1b[?7h', '\x1b[1;9Hab', '\x1b[1;9Ha\x1b[31m\x1b[?7lb\x1b[0m'])(
  '%j goes on after a restore as it would without',
  async (output) => {
    const { restore } = await shownAfter(output)
    for (const next of ['c', '\x1b[?7hc', '\x1b[Dc', '\rc']) {
      const [restored, whole] = [await shownAfter(restore, next), await shownAfter(output, next)]
      expect([restored.lines, restored.cursor], JSON.stringify(next)).toEqual([whole.lines, whole.cursor])
    }
  },
)
