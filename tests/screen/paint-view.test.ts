/** A screen on a terminal of another size. */
import { describe, expect, test } from 'vitest'
import { ViewPainter } from '../../src/screen/paint-view.js'
import { ScreenModel } from '../../src/screen/screen-model.js'

async function shown(output: string, size: { cols: number; rows: number }, view: { cols: number; rows: number }) {
  const model = new ScreenModel({ size, scrollback: 0 })
  const outer = new ScreenModel({ size: view, scrollback: 0 })
  const painter = new ViewPainter()
  await model.feed(Buffer.from(output))
  const first = painter.paint(model.terminal, view, true)
  await outer.feed(Buffer.from(first))
  const text = outer.text({ colours: false })
  return { model, outer, painter, text }
}

const LINES = Array.from({ length: 6 }, (_, row) => `row ${row} of six`).join('\r\n')

describe('the picture', () => {
  test('is cut off where there is no room', async () => {
    const { text } = await shown(`${LINES}\x1b[H`, { cols: 20, rows: 6 }, { cols: 8, rows: 3 })
    expect([text.lines, text.cursor]).toEqual([['row 0 of', 'row 1 of', 'row 2 of'], { column: 0, row: 0, isVisible: true }])
  })

  test('goes down as far as the cursor needs', async () => {
    const { text } = await shown(LINES, { cols: 20, rows: 6 }, { cols: 30, rows: 3 })
    expect([text.lines, text.cursor]).toEqual([
      ['row 3 of six', 'row 4 of six', 'row 5 of six'],
      { column: 12, row: 2, isVisible: true },
    ])
  })

  test('has nothing around it on a larger one', async () => {
    const { text } = await shown('a\r\nb\x1b[?25l', { cols: 4, rows: 2 }, { cols: 9, rows: 4 })
    expect([text.lines, text.cursor.isVisible]).toEqual([['a', 'b', '', ''], false])
  })

  test('has no half of a wide character', async () => {
    const { text } = await shown('ab漢字', { cols: 10, rows: 1 }, { cols: 5, rows: 1 })
    expect(text.lines).toEqual(['ab漢'])
  })

  test('has no cursor that is out of sight', async () => {
    const { text } = await shown('0123456789', { cols: 20, rows: 1 }, { cols: 5, rows: 1 })
    expect(text.cursor.isVisible).toBe(false)
  })

  test('changes with the screen, and only what has changed is written', async () => {
    const { model, outer, painter } = await shown(LINES, { cols: 20, rows: 6 }, { cols: 20, rows: 6 })
    await model.feed(Buffer.from('\x1b[2;1H\x1b[Kother'))
    const sequence = painter.paint(model.terminal, { cols: 20, rows: 6 }, false)
    await outer.feed(Buffer.from(sequence))
    expect(outer.text({ colours: false }).lines).toEqual(model.text({ colours: false }).lines)
    expect(sequence).not.toContain('row')
  })
})
