/** `perch replay`: recordings on a real terminal, with its keys and what is left of it afterwards, and without a terminal. */
import { execFileSync } from 'node:child_process'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { perch, perchBundle, perchText } from '../kit/perch-program.js'
import { type TemporaryHome, temporaryHome } from '../kit/temporary-home.js'
import { openProgramTerminal, openTerminal } from '../kit/terminal.js'

/** No test waits for this to pass: what comes after it is only seen when a key brings it. */
const FOR_EVER_S = 1_000_000
const NO_LIMIT = ['--idle-limit', '0']

/** Another screen, a hidden cursor, the mouse, bracketed paste, a keyboard protocol and a colour, and never back. */
const MESS = '\x1b[?1049h\x1b[2J\x1b[?25l\x1b[?1002h\x1b[?1006h\x1b[?2004h\x1b[>1u\x1b[31m'

function recording(
  home: TemporaryHome,
  events: readonly (readonly [number, string, string])[],
  size = { width: 80, height: 24 },
) {
  const lines = [{ version: 2, ...size }, ...events].map((line) => JSON.stringify(line))
  writeFileSync(join(home.home, 'demo.cast'), `${lines.join('\n')}\n`)
}

describe('on a terminal', () => {
  test('plays to its end, tells of a terminal that is too small, and leaves the terminal to the bit as it was', async () => {
    await using home = temporaryHome()
    recording(
      home,
      [
        [0, 'o', `${MESS}one`],
        [0.01, 'r', '100x30'],
        [0.02, 'o', ' two'],
      ],
      { width: 100, height: 30 },
    )
    const env = { PS1: 'out> ', PERCH: `${process.execPath} ${perchBundle()}` }
    await using shell = await openProgramTerminal(home, ['/bin/sh'], { env })
    await shell.waitForText('out>')
    await shell.type('stty -g > before; $PERCH replay demo.cast; echo "code $?"; stty -g > after; echo do""ne\r')
    await shell.waitForText('done')
    expect(readFileSync(join(home.home, 'after'), 'utf8')).toBe(readFileSync(join(home.home, 'before'), 'utf8'))
    const screen = shell.screen().join('\n')
    expect(screen).toContain('the recording is 100x30 and this terminal 80x24')
    expect(screen).toContain('code 0')
    expect(shell.output().toString()).toContain('one two')
    expect(shell.buffer()).toBe('normal')
    expect([...shell.modes()].filter((mode) => mode !== 25 && mode !== 7)).toEqual([])
    expect(shell.modes().has(25)).toBe(true)
    expect(existsSync(home.perchHome)).toBe(false)
  })

  test('space pauses, . steps while paused, and the end comes by itself', async () => {
    await using home = temporaryHome()
    const steps = ['two', 'three', 'four'].map((text, index) => [(index + 1) * FOR_EVER_S, 'o', `${text}\r\n`] as const)
    recording(home, [[0, 'o', 'one\r\n'], ...steps])
    await using terminal = await openTerminal(home, ['replay', 'demo.cast', ...NO_LIMIT])
    await terminal.waitForText('one')
    await terminal.type('. ')
    await terminal.type('.')
    await terminal.waitForText('two')
    await terminal.type('\x1b[46u')
    await terminal.waitForText('three')
    expect(terminal.screen().join('\n')).not.toContain('four')
    await terminal.type('.')
    expect(await terminal.exit()).toEqual({ code: 0, signal: null })
    expect(terminal.screen().join('\n')).toMatch(/one\ntwo\nthree\nfour\n/)
  })

  test.each([
    ['Ctrl-C', '\x03', [], 130],
    ['the detach key, while paused', ' \x1c', [], 0],
    ['another detach key, behind an answer of the terminal', '\x1b]11;q\x1b\\\x10\x11', ['--detach-keys', 'ctrl-p,ctrl-q'], 0],
  ] as const)('%s ends it', async (_, keys, args, code) => {
    await using home = temporaryHome()
    recording(home, [
      [0, 'o', `${MESS}one`],
      [FOR_EVER_S, 'o', 'two'],
    ])
    await using terminal = await openTerminal(home, ['replay', 'demo.cast', ...NO_LIMIT, ...args])
    await terminal.waitForText('one')
    await terminal.type(keys)
    expect(await terminal.exit()).toEqual({ code, signal: null })
    expect(terminal.buffer()).toBe('normal')
    expect([...terminal.modes()].filter((mode) => ![7, 25].includes(mode))).toEqual([])
    expect(terminal.output().toString()).not.toContain('two')
  })

  test.each([
    ['SIGTERM', 143],
    ['SIGHUP', 129],
  ] as const)('%s leaves the terminal as it was', async (signal, code) => {
    await using home = temporaryHome()
    recording(home, [
      [0, 'o', `${MESS}one`],
      [FOR_EVER_S, 'o', 'two'],
    ])
    await using terminal = await openTerminal(home, ['replay', 'demo.cast', ...NO_LIMIT])
    await terminal.waitForText('one')
    process.kill(terminal.pid, signal)
    expect(await terminal.exit()).toEqual({ code, signal: null })
    expect(terminal.buffer()).toBe('normal')
    expect([...terminal.modes()].filter((mode) => ![7, 25].includes(mode))).toEqual([])
  })

  test('a line that is broken ends it, and is told on a terminal as it was', async () => {
    await using home = temporaryHome()
    recording(home, [[0, 'o', `${MESS}one`]])
    writeFileSync(join(home.home, 'demo.cast'), '[1,"o","tw', { flag: 'a' })
    await using terminal = await openTerminal(home, ['replay', 'demo.cast'])
    expect(await terminal.exit()).toEqual({ code: 1, signal: null })
    expect(terminal.buffer()).toBe('normal')
    expect(terminal.screen().join('\n')).toContain('perch: line 3 of demo.cast is not JSON')
  })

  test('a recording on standard input is played, with the keys of the terminal', async () => {
    await using home = temporaryHome()
    recording(home, [
      [0, 'o', 'one'],
      [FOR_EVER_S, 'o', 'two'],
    ])
    const script = 'cat demo.cast | "$0" "$1" replay - --idle-limit 0; echo "code $?"'
    await using terminal = await openProgramTerminal(home, ['/bin/sh', '-c', script, process.execPath, perchBundle()])
    await terminal.waitForText('one')
    await terminal.type('q')
    await terminal.waitForText('code 0')
    expect(terminal.output().toString()).not.toContain('two')
  })
})

describe('without a terminal', () => {
  test('prints what it shows, at once, from a file or from standard input, and starts no daemon', async () => {
    await using home = temporaryHome()
    const text = `${MESS}é\r\n`
    recording(home, [
      [0, 'o', text],
      [1, 'i', 'typed'],
      [FOR_EVER_S, 'o', 'end'],
    ])
    expect((await perch(home, ['replay', 'demo.cast', ...NO_LIMIT])).stdout.toString()).toBe(`${text}end`)
    const input = readFileSync(join(home.home, 'demo.cast'))
    expect(await perchText(home, ['replay', '-'], { input })).toBe(`${text}end`)
    expect(existsSync(home.perchHome)).toBe(false)
  })

  test('what is wrong is told with its line, after what comes before it', async () => {
    await using home = temporaryHome()
    recording(home, [
      [0, 'o', 'one\r\n'],
      [2, 'o', 'two\r\n'],
      [1, 'o', 'three\r\n'],
    ])
    expect(await perch(home, ['replay', 'demo.cast'])).toEqual({
      code: 1,
      signal: null,
      stdout: Buffer.from('one\r\ntwo\r\n'),
      stderr: expect.stringMatching(/^perch: line 4 of demo\.cast goes back in time.*\n {2}\S/),
    })
  })

  test('what is no recording is refused', async () => {
    await using home = temporaryHome()
    execFileSync('mkfifo', [join(home.home, 'fifo')])
    for (const [args, code, message] of [
      [['nothing.cast'], 1, 'there is no file nothing.cast'],
      [['.'], 1, '. is a folder'],
      [['fifo'], 1, 'fifo is no regular file'],
      [['-'], 1, 'standard input is empty'],
      [['x', '--speed', '0'], 2, '--speed takes a number'],
      [['x', '--idle-limit', '2'], 2, '--idle-limit takes a duration'],
    ] as const) {
      expect(await perch(home, ['replay', ...args])).toMatchObject({ code, stderr: expect.stringContaining(message) })
    }
  })
})
