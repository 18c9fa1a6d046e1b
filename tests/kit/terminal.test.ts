import { expect, test } from 'vitest'
import { requires } from './requirement.js'
import { temporaryHome } from './temporary-home.js'
import { openProgramTerminal } from './terminal.js'
import { openTmux } from './tmux.js'

const SHELL = '/bin/sh'
/** Asks for a line, shows it, and ends with code 3. */
const QUESTION = 'printf "name? "; read -r name; echo "hello $name"; exit 3'

test('a terminal shows a prompt without a line end, takes keys, and tells how the program ended', async () => {
  await using home = temporaryHome()
  await using terminal = await openProgramTerminal(home, [SHELL, '-c', QUESTION])

  await terminal.waitForText('name? ')
  expect(terminal.cursor()).toEqual({ column: 6, row: 0 })
  await terminal.type('ada\r')

  expect(await terminal.exit()).toEqual({ code: 3, signal: null })
  expect(terminal.screen().slice(0, 2)).toEqual(['name? ada', 'hello ada'])
  expect(terminal.output().toString()).toBe('name? ada\r\nhello ada\r\n')
})

test('a terminal knows the modes that a program switched on', async () => {
  await using home = temporaryHome()
  const script = 'printf "\\033[?1049h\\033[?2004;1006h\\033[?1006lready"; read -r _'
  await using terminal = await openProgramTerminal(home, [SHELL, '-c', script])

  await terminal.waitForText('ready')

  expect([...terminal.modes()]).toEqual([1049, 2004])
  expect(terminal.buffer()).toBe('alternate')
})

test('a terminal answers what the program asks it', async () => {
  await using home = temporaryHome()
  const script = 'stty raw -echo; printf "\\033[6n"; head -c 6 | od -An -c; stty sane'
  await using terminal = await openProgramTerminal(home, [SHELL, '-c', script])

  await terminal.exit()

  expect(terminal.screen().join('\n')).toMatch(/033\s+\[\s+1\s+;\s+1\s+R/)
})

test('a resized terminal tells the program', async () => {
  await using home = temporaryHome()
  const script = 'trap "stty size" WINCH; echo ready; while :; do read -r _ || exit; done'
  await using terminal = await openProgramTerminal(home, [SHELL, '-c', script], { size: { cols: 80, rows: 24 } })

  await terminal.waitForText('ready')
  terminal.resize({ cols: 100, rows: 40 })
  // dash runs the trap when the read that it interrupted is over.
  await terminal.type('\r')

  await terminal.waitForText('40 100')
})

test('closing a terminal ends a program that ignores the hang-up', async () => {
  await using home = temporaryHome()
  const terminal = await openProgramTerminal(home, [SHELL, '-c', 'trap "" HUP; echo ready; sleep 1000'])
  await terminal.waitForText('ready')

  await terminal[Symbol.asyncDispose]()

  expect(await terminal.exit()).toEqual({ code: null, signal: 'SIGKILL' })
})

test('what was waited for in vain is named, with the screen that was there instead', async () => {
  await using home = temporaryHome()
  await using terminal = await openProgramTerminal(home, [SHELL, '-c', 'echo something else; read -r _'])

  await terminal.waitForText('something')
  await expect(terminal.waitForText('the answer', 50)).rejects.toThrow(/the answer on the screen[\s\S]*something else/)
})

test('a private tmux shows a program, takes keys, and tells how it ended', async (context) => {
  requires(context, 'tmux')
  await using home = temporaryHome()
  // It stays until its answer was seen: tmux drops what a program wrote just before its end.
  const question = 'printf "name? "; read -r name; echo "hello $name"; read -r _; exit 3'
  await using tmux = await openTmux(home, [SHELL, '-c', question], { size: { cols: 60, rows: 10 } })

  await tmux.waitForText('name?')
  expect(await tmux.variable('pane_width')).toBe('60')
  await tmux.sendText('ada')
  await tmux.sendKeys('Enter')

  await tmux.waitForText('hello ada')
  await tmux.sendKeys('Enter')
  expect(await tmux.exitCode()).toBe(3)
})
