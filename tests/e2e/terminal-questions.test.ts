/** What a program asks its terminal is answered once: by the terminal that is attached, or for one that is not there. */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { spawnPty } from '../../src/platform/pty/pty-process.js'
import { until, within } from '../kit/bounded.js'
import { perchBundle, perchText } from '../kit/perch-program.js'
import { startSession } from '../kit/perch-session.js'
import { type TemporaryHome, temporaryHome } from '../kit/temporary-home.js'
import { openTerminal } from '../kit/terminal.js'

const DETACH = '\x1c'
const BOUND_MS = 20_000

/** Asks for the cursor's position when it begins, and at each `a`; says in hexadecimal what it reads, and ends at `q`. */
const ASKING = `
process.stdin.setRawMode(true)
process.stdout.write('\\r\\n\\x1b[2;5H\\x1b[6n')
process.stdin.on('data', (bytes) => {
  for (const byte of bytes) {
    process.stdout.write(' ' + byte.toString(16))
    if (byte === 0x61) process.stdout.write('\\x1b[3;7H\\x1b[6n')
    if (byte === 0x71) process.exit(0)
  }
})`
const answer = (row: number, column: number) => ` 1b 5b 3${row} 3b 3${column} 52`

async function startAsking(home: TemporaryHome, args: readonly string[]): Promise<void> {
  const program = join(home.home, 'asking.cjs')
  writeFileSync(program, ASKING)
  await startSession(home, 'exec', [...args, '--', process.execPath, program])
}

const log = (home: TemporaryHome) => perchText(home, ['logs', 'one'])

async function logHas(home: TemporaryHome, wanted: string): Promise<string> {
  let last = ''
  await until(
    async () => {
      last = await log(home)
      return last.includes(wanted)
    },
    BOUND_MS,
    () => `${JSON.stringify(wanted)} in the log, which has ${JSON.stringify(last)}`,
  )
  return last
}

const countOf = (text: string, part: string) => text.split(part).length - 1

test('a session that nobody is attached to gets its answers, and the terminal that comes later gives none once more', async () => {
  await using home = temporaryHome()
  await startAsking(home, ['--pty', '-n', 'one'])
  await logHas(home, answer(2, 5))
  await using terminal = await openTerminal(home, ['attach', 'one'])
  await terminal.waitForText('1b 5b 32 3b 35 52')
  // Asked of the terminal that is attached now: its answer is the only one.
  await terminal.type('a')
  await logHas(home, answer(3, 7))
  await terminal.type(DETACH)
  await terminal.exit()
  await perchText(home, ['send', 'one', 'a'])
  await until(
    async () => countOf(await log(home), answer(3, 7)) === 2,
    BOUND_MS,
    () => 'the second answer',
  )
  await perchText(home, ['send', 'one', 'q'])
  await perchText(home, ['wait', 'one'])
  const all = await log(home)
  expect([countOf(all, answer(2, 5)), countOf(all, answer(3, 7)), countOf(all, ' 52')]).toEqual([1, 2, 3])
})

/** A shell outside, on a terminal that says only what the test has it say. */
async function openSilentShell(home: TemporaryHome, program: string) {
  const size = { cols: 100, rows: 24 }
  const env = { ...home.env, PS1: 'out> ', PERCH: `${process.execPath} ${perchBundle()}`, PROGRAM: program }
  const shell = await spawnPty({ program: '/bin/sh', argv: ['/bin/sh'], cwd: home.home, env, size })
  let output = ''
  shell.start({
    data: (_, bytes) => {
      output += Buffer.from(bytes).toString('latin1')
    },
    end: () => undefined,
  })
  const shows = (what: string) =>
    until(
      () => output.includes(what),
      BOUND_MS,
      () => `${JSON.stringify(what)} in ${JSON.stringify(output)}`,
    )
  await shows('out>')
  return {
    shows,
    says: (bytes: string) => shell.write(Buffer.from(bytes)),
    output: () => output,
    [Symbol.asyncDispose]: async () => {
      await shell.write(Buffer.from('exit\r'))
      await within(shell.exited, BOUND_MS, () => 'the end of the shell')
      shell.close()
    },
  }
}

test('an answer that comes after the detach key is the program’s, and never typed at the shell', async () => {
  await using home = temporaryHome()
  const program = join(home.home, 'asking.cjs')
  writeFileSync(program, ASKING)
  await using shell = await openSilentShell(home, `${process.execPath} ${program}`)
  await shell.says('$PERCH exec -n one -- $PROGRAM\r')
  // This terminal is slow: it answers only when it has been left.
  await shell.shows('\x1b[6n')
  await shell.says(DETACH)
  await shell.shows('\x1b[5n')
  await shell.says('\x1b[2;5R\x1b[0n')
  await shell.shows('detached from')
  await shell.says('echo this is $((6*7)) all\r')
  await shell.shows('this is 42 all')
  expect(shell.output().slice(shell.output().indexOf('detached from'))).not.toContain('2;5R')
  await logHas(home, answer(2, 5))
  await perchText(home, ['kill', 'one', '--grace', '0s'])
})

test('reports of the mouse and the focus that are on their way when one leaves are not typed at the shell', async () => {
  await using home = temporaryHome()
  await using shell = await openSilentShell(home, `sh -c 'printf "\\033[?1003;1006;1004hon"; cat'`)
  await shell.says('eval "$PERCH exec -n one -- $PROGRAM"\r')
  await shell.shows('1004hon')
  await shell.says(`${DETACH}\x1b[<35;5;5M`)
  await shell.shows('\x1b[5n')
  await shell.says('\x1b[<35;6;6M\x1b[I\x1b[0n')
  await shell.shows('detached from')
  await shell.says('echo this is $((6*7)) all\r')
  await shell.shows('this is 42 all')
  const after = shell.output().slice(shell.output().indexOf('detached from'))
  expect([after.includes('35;'), after.includes('\x1b[I'), after.includes('^[')]).toEqual([false, false, false])
  await perchText(home, ['kill', 'one', '--grace', '0s'])
})
