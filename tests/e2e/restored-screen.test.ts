/**
 * Coming back to a session shows it as if one had never left: what the terminal outside is in then, cell by cell and mode by
 * mode, is compared with a terminal that was fed with everything the program wrote, without interruption.
 */
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { perchText } from '../kit/perch-program.js'
import { killDaemon, startSession } from '../kit/perch-session.js'
import { requires } from '../kit/requirement.js'
import { expectTwin } from '../kit/screen-twin.js'
import { type TemporaryHome, temporaryHome } from '../kit/temporary-home.js'
import { openTerminal } from '../kit/terminal.js'

const SIZE = { cols: 70, rows: 20 }
const OTHER_SIZE = { cols: 84, rows: 25 }
const DETACH = '\x1c'

interface Program {
  readonly name: string
  readonly needs?: 'less' | 'vim'
  readonly argv: readonly string[]
  /** On the screen once it waits for keys. */
  readonly ready: string | RegExp
  /** Keys that change the screen, what shows then, and keys that make it write for a while. */
  readonly keys: string
  readonly changed: string | RegExp
}

/** Everything that a full-screen program may switch on, and that the next bytes depend on. */
const EVERYTHING = [
  '\\033]0;of the program\\007\\033]4;1;rgb:80/00/00\\033\\\\',
  '\\033[?1049h\\033[2J\\033[3;12r\\033[?1002h\\033[?1006h\\033[?1004h\\033[?2004h\\033[?1h\\033=\\033[>4;2m\\033[>5u',
  '\\033[5;7H\\033[1;4:3;38;5;200m漢字 😀\\033[0m\\033[44m\\033[6;1H\\033[K\\033[0m\\033(0lqk\\033(B\\033[3 q\\033[?7l\\033[?25l',
  '\\033[7;9H\\0337\\033[10;1Hready',
].join('')

const PROGRAMS: readonly Program[] = [
  {
    name: 'a shell',
    argv: [
      'sh',
      '-c',
      `i=0; while [ $i -lt 40 ]; do i=$((i+1)); printf '\\033[3%dmline\\033[0m %d\\n' $((i%8)) $i; done; PS1='in> ' exec sh -i`,
    ],
    ready: 'in>',
    keys: 'echo $((40+2)); printf "\\033[7mnot a whole line"\r',
    changed: /42\n.*not a whole line/s,
  },
  {
    name: 'a program that sets every mode',
    argv: [
      'sh',
      '-c',
      `stty raw -echo; printf '${EVERYTHING}'; while c=$(dd bs=1 count=1 2>/dev/null); do printf '\\033[8;3Hgot <%s>\\0338' "$c"; done`,
    ],
    ready: 'ready',
    keys: 'x',
    changed: 'got <x>',
  },
  { name: 'less', needs: 'less', argv: ['less', 'text.txt'], ready: 'line 3 ', keys: '/line 77\r', changed: 'line 77 ' },
  {
    name: 'vim',
    needs: 'vim',
    argv: ['vim', '-u', 'NONE', '-N', 'text.txt'],
    ready: 'line 3 ',
    keys: '77Gccchanged\x1b',
    changed: /^changed *$/m,
  },
]

async function openHome(): Promise<TemporaryHome> {
  const home = temporaryHome()
  mkdirSync(home.paths.config, { recursive: true })
  writeFileSync(join(home.paths.config, 'config.toml'), '[sessions]\nattach-hint = false\n')
  const lines = Array.from({ length: 200 }, (_, n) => `line ${n + 1} ${'ab漢 '.repeat(n % 9)}`)
  writeFileSync(join(home.home, 'text.txt'), `${lines.join('\n')}\n`)
  return home
}

async function start(home: TemporaryHome, { argv }: Program): Promise<void> {
  const size = `${SIZE.cols}x${SIZE.rows}`
  await startSession(home, 'exec', ['--pty', '--size', size, '-n', 'one', '--', ...argv], {
    cwd: home.home,
    env: { TERM: 'xterm-256color' },
  })
}

const attach = (home: TemporaryHome, size = SIZE, args: readonly string[] = []) =>
  openTerminal(home, ['attach', 'one', ...args], { size, env: { TERM: 'xterm-256color' } })

describe.each(PROGRAMS)('$name', (program) => {
  test('left and found again, changed, stolen, and found by the next daemon', async (context) => {
    if (program.needs) requires(context, program.needs)
    await using home = await openHome()
    await start(home, program)
    {
      await using terminal = await attach(home)
      await terminal.waitForText(program.ready)
      await expectTwin(home, 'one', terminal, SIZE)
      await terminal.type(DETACH)
      expect(await terminal.exit()).toEqual({ code: 0, signal: null })
      expect(terminal.buffer()).toBe('normal')
    }
    // Changes that nobody sees.
    await perchText(home, ['send', 'one', program.keys])
    await using terminal = await attach(home)
    await terminal.waitForText(program.changed)
    await expectTwin(home, 'one', terminal, SIZE)
    killDaemon(home)
    await using thief = await attach(home, SIZE, ['--steal'])
    await thief.waitForText(program.changed)
    expect((await terminal.exit()).code).toBe(4)
    await expectTwin(home, 'one', thief, SIZE)
    await using viewer = await attach(home, SIZE, ['--view'])
    await viewer.waitForText(program.changed)
    await expectTwin(home, 'one', viewer, SIZE)
    await perchText(home, ['kill', 'one', '--grace', '0s'])
  })
})

test.each(PROGRAMS.filter(({ name }) => name !== 'a shell' && !name.includes('every mode')))(
  '$name follows a terminal of another size, and comes back right on the first one',
  async (program) => {
    await using home = await openHome()
    await start(home, program)
    {
      await using terminal = await attach(home, OTHER_SIZE)
      await terminal.waitForText(program.ready)
      await perchText(home, ['send', 'one', program.keys])
      await terminal.waitForText(program.changed)
      await terminal.type(DETACH)
      await terminal.exit()
    }
    await using terminal = await attach(home)
    await terminal.waitForText(program.changed)
    await expectTwin(home, 'one', terminal, SIZE)
    await perchText(home, ['kill', 'one', '--grace', '0s'])
  },
)

test('left while it writes, again and again: the screen is right each time, and at the end', async () => {
  await using home = await openHome()
  const paint = `printf '\\033[%d;%dH\\033[4%dm%d\\033[0m' $((i%20+1)) $((i%60+1)) $((i%8)) $i`
  const writer = `i=0; until [ -e stop ]; do i=$((i+1)); ${paint}; sleep 0.01; done; printf '\\033[H\\033[Kdone'; cat`
  await start(home, { name: 'writer', argv: ['sh', '-c', writer], ready: '', keys: '', changed: '' })
  for (let round = 0; round < 3; round += 1) {
    await using terminal = await attach(home)
    await terminal.waitUntil(() => terminal.output().byteLength > 1_500, 'some output')
    await terminal.type(DETACH)
    expect(await terminal.exit()).toEqual({ code: 0, signal: null })
  }
  await using terminal = await attach(home)
  writeFileSync(join(home.home, 'stop'), '')
  await terminal.waitForText(/^done *$/m)
  await expectTwin(home, 'one', terminal, SIZE)
})
