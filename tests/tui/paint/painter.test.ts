/** The painter against a terminal: whatever was shown before, the screen shows the frame, and only what differs is written. */
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { cutLine, type Line, span } from '../../../src/tui/paint/line.js'
import { type Frame, Painter } from '../../../src/tui/paint/painter.js'
import { ENTER_SCREEN, LEAVE_SCREEN } from '../../../src/tui/paint/screen-sequences.js'
import { paintWithColours, paintWithoutColours } from '../../../src/tui/paint/style.js'
import { terminalModel } from '../../kit/terminal-model.js'

const SIZES = [
  { cols: 12, rows: 3 },
  { cols: 12, rows: 6 },
  { cols: 31, rows: 4 },
] as const

const spans = fc.record({
  text: fc.string({ unit: fc.constantFrom('a', 'b', ' ', '-', '\u4e86', '\uac00', '\u00e9', '\u2588'), maxLength: 9 }),
  style: fc.record({ tone: fc.constantFrom('good', 'bad', 'quiet'), bold: fc.boolean(), reverse: fc.boolean() } as const, {
    requiredKeys: [],
  }),
})
const lines = fc.array(fc.array(spans, { maxLength: 4 }), { minLength: 6, maxLength: 6 })
const steps = fc.array(
  fc.record({
    size: fc.constantFrom(...SIZES),
    lines,
    cursor: fc.option(fc.nat({ max: 2 }), { nil: undefined }),
    isSame: fc.boolean(),
  }),
  { minLength: 1, maxLength: 6 },
)

function frameOf(step: {
  size: (typeof SIZES)[number]
  lines: { text: string; style: object }[][]
  cursor: number | undefined
}): Frame {
  const { cols, rows } = step.size
  const shown = step.lines.slice(0, rows).map(
    (line): Line =>
      cutLine(
        line.map(({ text, style }) => span(text, style)),
        cols,
      ),
  )
  return { columns: cols, lines: shown, cursor: step.cursor === undefined ? undefined : { row: step.cursor, column: 3 } }
}

function textsOf({ lines: shown }: Frame): readonly string[] {
  return shown.map((line) =>
    line
      .map(({ text }) => text)
      .join('')
      .trimEnd(),
  )
}

describe('the painter', () => {
  test('makes the screen show each of any frames in a row, of any sizes, and then writes nothing', async () => {
    await fc.assert(
      fc.asyncProperty(steps, fc.constantFrom(paintWithColours, paintWithoutColours), async (sequence, paint) => {
        const terminal = terminalModel(SIZES[0], () => undefined)
        try {
          const painter = new Painter(paint)
          await terminal.feed(Buffer.from(ENTER_SCREEN))
          for (const step of sequence) {
            const frame = frameOf(step)
            terminal.resize(step.size)
            await terminal.feed(Buffer.from(painter.update(frame)))
            expect(terminal.screen().map((line) => line.trimEnd())).toEqual(textsOf(frame))
            if (frame.cursor) expect(terminal.cursor()).toEqual(frame.cursor)
            expect(terminal.modes().has(25)).toBe(frame.cursor !== undefined)
            expect(terminal.modes().has(2026)).toBe(false)
            expect(painter.update(frame)).toBe('')
          }
          await terminal.feed(Buffer.from(LEAVE_SCREEN))
          expect(terminal.buffer()).toBe('normal')
          expect([...terminal.modes()].sort()).toEqual([25, 7])
        } finally {
          terminal.dispose()
        }
      }),
      { numRuns: 60 },
    )
  })

  test('writes the line that has changed and no other', () => {
    const painter = new Painter(paintWithoutColours)
    const frame = (middle: string): Frame => ({ columns: 20, lines: [[span('first')], [span(middle)], [span('last')]] })
    painter.update(frame('one'))
    const sequence = painter.update(frame('two'))
    expect(sequence).toContain('two')
    expect(sequence).not.toMatch(/first|last/)
  })

  test('paints everything anew once it was told to forget', () => {
    const painter = new Painter(paintWithoutColours)
    const frame: Frame = { columns: 20, lines: [[span('first')], [span('last')]] }
    const whole = painter.update(frame)
    painter.forget()
    expect(painter.update(frame)).toBe(whole)
  })
})

describe('styles', () => {
  test('without colours only bold and reverse are left, and urgency is bold', () => {
    expect(paintWithoutColours('a', { tone: 'bad', reverse: true })).toBe('\x1b[1;7ma\x1b[0m')
    expect(paintWithoutColours('a', { tone: 'quiet' })).toBe('a')
    expect(paintWithColours('a', { tone: 'bad', bold: true })).toBe('\x1b[1;31ma\x1b[0m')
  })
})
