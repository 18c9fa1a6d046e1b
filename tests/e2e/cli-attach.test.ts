/** Attaching as a person sees it: a real PTY outside, a terminal model or tmux that looks, real sessions inside. */
import * as v from 'valibot'
import { describe, expect, test } from 'vitest'
import { SessionReply } from '../../src/api/control.js'
import { spawnPty } from '../../src/platform/pty/pty-process.js'
import { until, within } from '../kit/bounded.js'
import { perch, perchBundle, perchJson, perchText } from '../kit/perch-program.js'
import { requires } from '../kit/requirement.js'
import { type TemporaryHome, temporaryHome } from '../kit/temporary-home.js'
import { type OpenTerminal, openProgramTerminal, openTerminal } from '../kit/terminal.js'
import { openTmux } from '../kit/tmux.js'

const DETACH = '\x1c'
/** Everything here takes well under a second on an idle machine. */
const BOUND_MS = 20_000
const INTERACTIVE_SHELL = { env: { PS1: 'in> ' } }

const session = async (home: TemporaryHome, name: string) => v.parse(SessionReply, await perchJson(home, ['show', name])).session

/** A shell outside, in which `perch` is the built program. */
async function openShell(home: TemporaryHome): Promise<OpenTerminal> {
  const env = { PS1: 'out> ', PERCH: `${process.execPath} ${perchBundle()}` }
  const shell = await openProgramTerminal(home, ['/bin/sh'], { env })
  await shell.waitForText('out>')
  return shell
}

describe('leaving and coming back', () => {
  test('run attaches, the detach key leaves, attach returns to the same program, and its code comes through', async () => {
    await using home = temporaryHome()
    {
      await using terminal = await openTerminal(home, ['run', '-n', 'one'], INTERACTIVE_SHELL)
      await terminal.waitForText('in>')
      await terminal.type('X=kept\r')
      await terminal.type(DETACH)
      expect(await terminal.exit()).toEqual({ code: 0, signal: null })
      expect(terminal.screen().join('\n')).toContain('detached from')
    }
    expect(await session(home, 'one')).toMatchObject({ state: 'running', attachments: [], kind: 'pty' })
    await using terminal = await openTerminal(home, ['attach'])
    await terminal.waitForText('in>')
    await terminal.type('echo "X is $X"; exit 3\r')
    await terminal.waitForText('X is kept')
    expect(await terminal.exit()).toEqual({ code: 3, signal: null })
    expect(terminal.screen().join('\n')).toContain('(one) ended: exit 3')
  })

  test('the terminal gets its modes back to the bit, and nothing of the key reaches the program', async () => {
    await using home = temporaryHome()
    await using shell = await openShell(home)
    await shell.type('stty -g > before; $PERCH exec -n one -- sh -c \'stty raw -echo; echo rea""dy; od -An -tx1\'\r')
    await shell.waitForText('ready')
    await shell.type(`ab${DETACH}`)
    await shell.waitForText(/detached from[\s\S]*out>/)
    await shell.type('stty -g > after; cmp before after && echo identical\r')
    await shell.waitForText('identical')
    await perchText(home, ['send', 'one', '--eof'])
    await perchText(home, ['kill', 'one'])
    expect(await perchText(home, ['logs', 'one'])).not.toContain('1c')
  })

  test('what was typed right before the detach key still arrives', async () => {
    await using home = temporaryHome()
    await using terminal = await openTerminal(home, ['run', '-n', 'one'], INTERACTIVE_SHELL)
    await terminal.waitForText('in>')
    await terminal.type(`echo $((6*7))\r${DETACH}`)
    await terminal.exit()
    await using again = await openTerminal(home, ['attach', 'one'])
    await again.waitForText('42')
  })

  test('a key of another keyboard protocol detaches as well, and --detach-keys moves it', async () => {
    await using home = temporaryHome()
    await perchText(home, ['exec', '-d', '--pty', '-n', 'one', '--', 'cat'])
    for (const [args, keys] of [
      [[], '\x1b[92;5u'],
      [[], '\x1b[27;5;92~'],
      [['--detach-keys', 'ctrl-p,ctrl-q'], '\x10\x11'],
    ] as const) {
      await using terminal = await openTerminal(home, ['attach', 'one', ...args])
      await terminal.waitForText('detaches')
      await terminal.type(keys)
      expect(await terminal.exit()).toEqual({ code: 0, signal: null })
    }
    expect(await perchText(home, ['logs', 'one'])).toBe('')
  })
})

describe('without a name, where several sessions fit', () => {
  test('a person is asked which one, and may leave it at that', async () => {
    await using home = temporaryHome()
    for (const name of ['one', 'two']) {
      await perchText(home, ['exec', '-d', '--pty', '-n', name, '--', 'sh', '-c', 'echo "this is $0"; cat', name])
    }
    const cwd = home.folder('elsewhere')
    {
      await using terminal = await openTerminal(home, ['attach'], { cwd })
      await terminal.waitForText(/1 .* two [\s\S]*2 .* one [\s\S]*Which one\?/)
      await terminal.type('nonsense\r')
      await terminal.waitForText(/Which one\?[\s\S]*Which one\?/)
      await terminal.type('2\r')
      await terminal.waitForText(/^this is one/m)
      await terminal.type(DETACH)
      expect(await terminal.exit()).toEqual({ code: 0, signal: null })
    }
    await using terminal = await openTerminal(home, ['attach'], { cwd })
    await terminal.waitForText('Which one?')
    await terminal.type('\x03')
    expect(await terminal.exit()).toEqual({ code: 130, signal: null })
  })
})

describe('the size', () => {
  test('a session has the size of the terminal, follows it, and that of whoever attaches next', async () => {
    await using home = temporaryHome()
    {
      const size = { cols: 91, rows: 33 }
      await using terminal = await openTerminal(home, ['run', '-n', 'one'], { ...INTERACTIVE_SHELL, size })
      await terminal.waitForText('in>')
      await terminal.type('stty size\r')
      await terminal.waitForText('33 91')
      terminal.resize({ cols: 70, rows: 20 })
      // Typed ahead of the prompt, as the case may be: then the answer stands behind that.
      await terminal.type('while [ "$(stty size)" != "20 70" ]; do :; done; echo followed\r')
      await terminal.waitForText(/^(in> )?followed/m)
      await terminal.type(DETACH)
      await terminal.exit()
    }
    await using terminal = await openTerminal(home, ['attach'], { size: { cols: 100, rows: 40 } })
    await terminal.type('while [ "$(stty size)" != "40 100" ]; do :; done; echo again\r')
    await terminal.waitForText(/^(in> )?again/m)
  })
})

describe('several at one session', () => {
  test('a second controller is refused, may look, and may take over; the first is told', async () => {
    await using home = temporaryHome()
    await using first = await openTerminal(home, ['run', '-n', 'one'], INTERACTIVE_SHELL)
    await first.waitForText('in>')
    {
      await using refused = await openTerminal(home, ['attach', 'one'])
      expect(await refused.exit()).toEqual({ code: 4, signal: null })
      expect(refused.screen().join('\n')).toContain('already attached')
    }
    await using viewer = await openTerminal(home, ['attach', 'one', '--view'])
    await viewer.waitForText('in>')
    await viewer.type('echo typed-by-viewer\r')
    await first.type('echo seen\r')
    await viewer.waitForText(/^seen/m)
    await viewer.type('\x03')
    expect(await viewer.exit()).toEqual({ code: 0, signal: null })

    await using thief = await openTerminal(home, ['attach', 'one', '--steal'])
    expect(await first.exit()).toEqual({ code: 4, signal: null })
    expect(first.screen().join('\n')).toContain('taken over')
    await thief.type('echo mine; exit\r')
    await thief.waitForText(/^mine/m)
    expect(await thief.exit()).toEqual({ code: 0, signal: null })
    expect(await perchText(home, ['logs', 'one'])).not.toContain('typed-by-viewer')
  })
})

describe('ends from outside', () => {
  test.each([
    ['SIGTERM', 143],
    ['SIGINT', 130],
    ['SIGTSTP', 148],
  ] as const)('%s to perch leaves the session running and the terminal as it was', async (signal, code) => {
    await using home = temporaryHome()
    await perchText(home, ['exec', '-d', '--pty', '-n', 'one', '--', 'cat'])
    await using terminal = await openTerminal(home, ['attach', 'one'])
    await terminal.waitForText('detaches')
    process.kill(terminal.pid, signal)
    expect(await terminal.exit()).toEqual({ code, signal: null })
    expect(await session(home, 'one')).toMatchObject({ state: 'running', attachments: [] })
  })

  test('a terminal that is closed takes perch with it, quietly, and not the session', async () => {
    await using home = temporaryHome()
    {
      await using terminal = await openTerminal(home, ['run', '-n', 'one'], INTERACTIVE_SHELL)
      await terminal.waitForText('in>')
    }
    expect(await session(home, 'one')).toMatchObject({ state: 'running', attachments: [] })
  })

  test('a host that dies is told as what it is', async () => {
    await using home = temporaryHome({ mayLeave: ['socket'] })
    await using terminal = await openTerminal(home, ['run', '-n', 'one'], INTERACTIVE_SHELL)
    await terminal.waitForText('in>')
    process.kill((await session(home, 'one')).hostPid ?? 0, 'SIGKILL')
    expect(await terminal.exit()).toEqual({ code: 1, signal: null })
    await terminal.waitForText('was lost')
  })
})

test('an ended session shows the end of its log, without what would act on this terminal, and its exit', async () => {
  await using home = temporaryHome()
  await perch(home, [
    'exec',
    '-n',
    'one',
    '--pty',
    '--',
    'sh',
    '-c',
    'printf "\\033[?1049h\\033]0;title\\007last words\\n"; exit 6',
  ])
  await using terminal = await openTerminal(home, ['attach', 'one'])
  expect(await terminal.exit()).toEqual({ code: 6, signal: null })
  expect(terminal.screen().join('\n')).toMatch(/last words[\s\S]*ended: exit 6/)
  expect(terminal.buffer()).toBe('normal')
})

test('a terminal that takes no output does not hide the detach key', async () => {
  await using home = temporaryHome()
  await perchText(home, ['exec', '-d', '--pty', '-n', 'flood', '--', 'yes'])
  const attachments = async () => (await session(home, 'flood')).attachments.length
  const argv = [process.execPath, perchBundle(), 'attach', 'flood'] as const
  const size = { cols: 80, rows: 24 }
  // Nothing reads this terminal until perch has left the session: it is full after a few kilobytes.
  const stalled = await spawnPty({ program: argv[0], argv, cwd: home.home, env: home.env, size })
  try {
    await until(
      async () => (await attachments()) === 1,
      BOUND_MS,
      () => 'the attachment',
    )
    await stalled.write(Buffer.from(DETACH))
    await until(
      async () => (await attachments()) === 0,
      BOUND_MS,
      () => 'the detachment',
    )
    let shown = ''
    stalled.start({
      data: (_, bytes) => {
        shown += Buffer.from(bytes).toString('latin1')
      },
      end: () => {},
    })
    expect(await within(stalled.exited, BOUND_MS, () => `the end of perch, which wrote ${shown}`)).toEqual({
      code: 0,
      signal: null,
    })
    await stalled.drain(BOUND_MS)
    expect(shown).toContain('detached from')
  } finally {
    stalled.close()
  }
})

describe('in tmux', () => {
  test('after a full-screen program the shell is as it was: screen, mouse, cursor, keys', async (context) => {
    requires(context, 'tmux')
    await using home = temporaryHome()
    const full = 'printf "\\033[?1049h\\033[2J\\033[?1002h\\033[?1006h\\033[?25l\\033[?1h\\033[3;5r\\033[31mFULL SCREEN"; cat'
    await perchText(home, ['exec', '-d', '--pty', '-n', 'full', '--', 'sh', '-c', full])
    await using tmux = await openTmux(home, ['env', 'PS1=out> ', `PERCH=${process.execPath} ${perchBundle()}`, 'sh'])
    await tmux.waitForText('out>')
    await tmux.sendText('echo marker; $PERCH attach full')
    await tmux.sendKeys('Enter')
    await tmux.waitForText('FULL SCREEN')
    expect(await tmux.variable('alternate_on')).toBe('1')
    await tmux.sendKeys('C-\\')
    await tmux.waitForText('detached from')
    const names = ['alternate_on', 'mouse_any_flag', 'mouse_sgr_flag', 'cursor_flag', 'keypad_cursor_flag', 'scroll_region_upper']
    const state = Object.fromEntries(await Promise.all(names.map(async (name) => [name, await tmux.variable(name)] as const)))
    expect(state).toEqual({
      alternate_on: '0',
      mouse_any_flag: '0',
      mouse_sgr_flag: '0',
      cursor_flag: '1',
      keypad_cursor_flag: '0',
      scroll_region_upper: '0',
    })
    expect(await tmux.capture()).toMatch(/detached from .*\(full\)/)
    expect(await tmux.capture({ escapes: true })).not.toContain('[31m')
  })
})

test('perch ls in 40 columns', async () => {
  await using home = temporaryHome()
  await perchText(home, ['exec', '-d', '-n', 'a-rather-long-name', '--', 'sleep', '60'])
  await using terminal = await openTerminal(home, ['ls'], { size: { cols: 40, rows: 10 } })
  expect(await terminal.exit()).toEqual({ code: 0, signal: null })
  const lines = terminal.screen().filter((line) => line !== '')
  expect(lines).toEqual([expect.stringMatching(/^ID +NAME +.*STATE/), expect.stringMatching(/^\w{8} {2}a-rather.* working/)])
})
