/** What happens to output on its way to a person: made safe for a log on a terminal, and undone when leaving a session. */
import xterm from '@xterm/headless'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { TerminalTextFilter } from '../../src/cli/present/terminal-text.js'
import { type LeaveState, restoreSequence } from '../../src/cli/terminal/restore-sequence.js'
import { ShownOutput } from '../../src/cli/terminal/shown-output.js'
import { terminalPart } from './terminal-part.js'

const latin1 = (text: string) => Buffer.from(text, 'latin1')

function filtered(...chunks: readonly string[]): string {
  const filter = new TerminalTextFilter()
  const parts = [...chunks.map((chunk) => filter.push(Buffer.from(chunk))), filter.end()]
  return Buffer.concat(parts).toString()
}

describe('a log on a terminal', () => {
  test.each([
    ['text with line ends and tabs', 'a\tb\r\nc\n', 'a\tb\r\nc\n'],
    ['UTF-8', 'grün 日本 🎉', 'grün 日本 🎉'],
    ['colours, which are reset at the end', '\x1b[1;31mred', '\x1b[1;31mred\x1b[0m'],
    ['true colours', '\x1b[38:2::1:2:3mx', '\x1b[38:2::1:2:3mx\x1b[0m'],
    ['clearing and moving', 'a\x1b[2J\x1b[5;5Hb', 'ab'],
    ['keyboard modes', '\x1b[>4;2mx\x1b[>1u', 'x'],
    ['the alternate screen and the mouse', '\x1b[?1049h\x1b[?1000hx', 'x'],
    ['a title', '\x1b]0;owned\x07x\x1b]2;b\x1b\\y', 'xy'],
    ['the clipboard', '\x1b]52;c;AAAA\x1b\\x', 'x'],
    ['a device control string', '\x1bPq#0;2;0\x1b\\x', 'x'],
    ['a character set', '\x1b(0x\x1b(B', 'x'],
    ['bell, backspace, delete', 'a\x07\x08\x7fb', 'ab'],
    ['controls of eight bits', 'a\u009b2Jb\u009d0;owned\u009cc\u0090q\u009cd\u0085e', 'abcde'],
    ['what else begins with their first byte', '©\u00a0°·', '©\u00a0°·'],
    ['a string that a new sequence ends', '\x1b]0;never ended\x1b[31mx', '\x1b[31mx\x1b[0m'],
  ])('%s', (_, output, shown) => expect(filtered(output)).toBe(shown))

  test('nothing is left that acts on the terminal but colours', () => {
    fc.assert(
      fc.property(fc.array(terminalPart, { maxLength: 12 }), (parts) => {
        const shown = filtered(...parts)
        expect(shown.replace(/\x1b\[[\d;:]*m/g, '')).not.toMatch(/[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]/)
      }),
    )
  })

  test('it does not matter how the output was cut', () => {
    fc.assert(
      fc.property(fc.array(terminalPart, { maxLength: 12 }), fc.nat(40), (parts, at) => {
        const output = Buffer.from(parts.join(''))
        const whole = new TerminalTextFilter()
        const cut = new TerminalTextFilter()
        const expected = Buffer.from(whole.push(output)).toString('latin1')
        const pieces = [cut.push(output.subarray(0, at)), cut.push(output.subarray(at))]
        expect(Buffer.concat(pieces).toString('latin1')).toBe(expected)
      }),
    )
  })
})

function shownAfter(...chunks: readonly Uint8Array[]): ShownOutput {
  const shown = new ShownOutput()
  for (const chunk of chunks) shown.add(chunk)
  return shown
}

describe('what the output has left the terminal in', () => {
  test.each([
    ['nothing', '', false],
    ['entered', 'x\x1b[?1049hy', true],
    ['left again', '\x1b[?1049h…\x1b[?1049l', false],
    ['entered by its older names', '\x1b[?47h', true],
    ['entered among other modes', '\x1b[?25;1049h', true],
    ['left by another name', '\x1b[?1049h\x1b[?47l', false],
    ['the last one counts', '\x1b[?1049l\x1b[?1047h', true],
    ['reset', '\x1b[?1049h\x1bc', false],
    ['another mode', '\x1b[?2004h', false],
    ['within a string', '\x1b]0;\x1b\\x1b[?1049', false],
  ])('the alternate screen: %s', (_, output, isAlternate) => {
    expect(shownAfter(latin1(output)).isAlternate).toBe(isAlternate)
  })

  test('modes, colours, tabs, and whether something was asked', () => {
    const shown = shownAfter(latin1('\x1b[?5;2004h\x1b[?2004l\x1b]4;1;red\x07\x1b]11;blue\x1b\\\x1bH'))
    expect([shown.modes, shown.changedColours, shown.haveTabsChanged, shown.mayTerminalSpeak]).toEqual([
      [5],
      ['104', '111'],
      true,
      false,
    ])
    expect(shownAfter(latin1('\x1b]11;?\x07')).mayTerminalSpeak).toBe(true)
    expect(shownAfter(latin1('\x1b[?1000;1006h')).mayTerminalSpeak).toBe(true)
    expect(shownAfter(latin1('\x1b[6')).isBetween).toBe(false)
    expect(shownAfter(latin1('\x1b[?2026h')).isBetween).toBe(false)
  })

  test('it does not matter how the output was cut', () => {
    const part = fc.constantFrom(
      '\x1b[?1049h',
      '\x1b[?1049l',
      '\x1b[?47h',
      '\x1b[?1047l',
      'text',
      '\x1b[?10',
      '49h',
      '\x1b[c',
      'é',
    )
    fc.assert(
      fc.property(
        fc.array(part, { maxLength: 8 }),
        fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1, maxLength: 30 }),
        (parts, sizes) => {
          const output = Buffer.from(parts.join(''))
          const pieces: Buffer[] = []
          for (let at = 0, turn = 0; at < output.byteLength; turn++) {
            const size = sizes[turn % sizes.length] ?? 1
            pieces.push(output.subarray(at, at + size))
            at += size
          }
          const [whole, cut] = [shownAfter(output), shownAfter(...pieces)]
          expect([cut.isAlternate, cut.modes, cut.mayTerminalSpeak]).toEqual([
            whole.isAlternate,
            whole.modes,
            whole.mayTerminalSpeak,
          ])
        },
      ),
    )
  })
})

/** A program that goes on, on the main screen, in the middle of a line. */
const LEFT: LeaveState = {
  isAlternate: false,
  ended: false,
  isInMidLine: true,
  modes: [],
  changedColours: [],
  haveTabsChanged: false,
}

describe('leaving a program that goes on', () => {
  /** Everything a full-screen program switches on and had no chance to switch off. */
  const MESS = [
    '\x1b[?1049h\x1b[2J\x1b[5;10r\x1b[?6h\x1b[31;7m\x1b(0\x1b[?7l\x1b[?25l',
    '\x1b[?1000h\x1b[?1002h\x1b[?1003h\x1b[?1006h\x1b[?1004h\x1b[?2004h\x1b[?1h\x1b=\x1b[4h',
  ].join('')

  async function terminalAfter(...outputs: readonly string[]) {
    const terminal = new xterm.Terminal({ cols: 40, rows: 12, allowProposedApi: true })
    for (const output of outputs) await new Promise<void>((resolve) => terminal.write(output, resolve))
    const lines = () =>
      Array.from(
        { length: terminal.buffer.active.length },
        (_, row) => terminal.buffer.active.getLine(row)?.translateToString(true) ?? '',
      ).join('\n')
    return { terminal, lines }
  }

  test('every mode is off again, and the shell is where it was', async () => {
    const leave = restoreSequence({ ...LEFT, isAlternate: true })
    const { terminal, lines } = await terminalAfter('$ perch attach\r\n', MESS, leave, 'detached\r\n$ ')
    expect(terminal.modes).toMatchObject({
      applicationCursorKeysMode: false,
      applicationKeypadMode: false,
      bracketedPasteMode: false,
      insertMode: false,
      mouseTrackingMode: 'none',
      originMode: false,
      sendFocusMode: false,
      wraparoundMode: true,
    })
    expect(terminal.buffer.active.type).toBe('normal')
    expect(lines().trimEnd()).toBe('$ perch attach\ndetached\n$')
    const cell = terminal.buffer.active.getLine(1)?.getCell(0)
    expect([cell?.isInverse(), cell?.isFgDefault()]).toEqual([0, true])
    terminal.dispose()
  })

  test('on the main screen the message comes below everything that the program drew', async () => {
    const leave = restoreSequence(LEFT)
    const { terminal, lines } = await terminalAfter('a\r\nb\r\n> input here\r\nstatus\x1b[2A', leave, 'detached')
    expect(lines()).toContain('a\nb\n> input here\nstatus\n')
    expect(lines().trimEnd().endsWith('\ndetached')).toBe(true)
    terminal.dispose()
  })

  test.each([
    ['a newline', 'bye\r\n', false, 'bye\nmessage'],
    ['half a line', 'bye', true, 'bye\nmessage'],
  ])('after a program that ended with %s, the message has a line of its own', async (_, output, isInMidLine, expected) => {
    const leave = restoreSequence({ ...LEFT, ended: true, isInMidLine })
    const { terminal, lines } = await terminalAfter(output, leave, 'message')
    expect(lines().trimEnd()).toBe(expected)
    terminal.dispose()
  })

  test('a string that the cut left open does not swallow what follows', async () => {
    const leave = restoreSequence({ ...LEFT, ended: true, isInMidLine: false })
    const { terminal, lines } = await terminalAfter('\x1b]0;half a title', leave, 'shell')
    expect(lines()).toContain('shell')
    terminal.dispose()
  })
})
