/** Programs of every kind that there is on terminals, whose screens are looked at through sessions. */
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { startSession } from './perch-session.js'
import type { RequiredProgram } from './requirement.js'
import { type TemporaryHome, temporaryHome } from './temporary-home.js'
import { openTerminal } from './terminal.js'

export const SIZE = { cols: 70, rows: 20 }

export interface Program {
  readonly name: string
  readonly needs?: RequiredProgram
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

export const PROGRAMS: readonly Program[] = [
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
  // As slow as it can be told to be.
  { name: 'htop', needs: 'htop', argv: ['htop', '-d', '100'], ready: /PID.*USER/, keys: '/zzz', changed: 'Search: zzz' },
]

/** A home in which nothing is added to the screens, with the text that some of the programs show. */
export async function openHome(): Promise<TemporaryHome> {
  const home = temporaryHome()
  mkdirSync(home.paths.config, { recursive: true })
  writeFileSync(join(home.paths.config, 'config.toml'), '[sessions]\nattach-hint = false\n')
  const lines = Array.from({ length: 200 }, (_, n) => `line ${n + 1} ${'ab漢 '.repeat(n % 9)}`)
  writeFileSync(join(home.home, 'text.txt'), `${lines.join('\n')}\n`)
  return home
}

/** As the session `one`. */
export async function start(home: TemporaryHome, { argv }: Program): Promise<void> {
  const size = `${SIZE.cols}x${SIZE.rows}`
  await startSession(home, 'exec', ['--pty', '--size', size, '-n', 'one', '--', ...argv], {
    cwd: home.home,
    env: { TERM: 'xterm-256color' },
  })
}

export const attach = (home: TemporaryHome, size = SIZE, args: readonly string[] = []) =>
  openTerminal(home, ['attach', 'one', ...args], { size, env: { TERM: 'xterm-256color' } })
