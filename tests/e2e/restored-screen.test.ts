/**
 * Coming back to a session shows it as if one had never left: what the terminal outside is in then, cell by cell and mode by
 * mode, is compared with a terminal that was fed with everything the program wrote, without interruption.
 */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { ScreenModel } from '../../src/screen/screen-model.js'
import { perchText } from '../kit/perch-program.js'
import { killDaemon } from '../kit/perch-session.js'
import { requires } from '../kit/requirement.js'
import { attach, openHome, PROGRAMS, SIZE, start } from '../kit/screen-programs.js'
import { expectTwin } from '../kit/screen-twin.js'

const OTHER_SIZE = { cols: 84, rows: 25 }
const DETACH = '\x1c'

/** Of each kind that terminals know: controls of one byte and of two, device control strings, the protocols of keys and images. */
const SEQUENCES = [
  ...['7', '8', 'D', 'E', 'H', 'M', 'N', 'O', 'c', '=', '>', '(0', ')B', '#3', '#8', '%G', ' F', '6', '9', 'n', '~'].map(
    (one) => `\x1b${one}`,
  ),
  ...[
    '4h',
    '20l',
    '?1049h',
    '?2026l',
    '?69h',
    '>4;2m',
    '>1u',
    '<u',
    '=5;1u',
    '!p',
    '1"q',
    '2 q',
    '3;8r',
    '1;9s',
    '2*x',
    '1$r',
    '5$z',
    "2'}",
  ].map((one) => `\x1b[${one}`),
  ...[
    '38:2::1:2:3m',
    '4:3m',
    '58;5;9m',
    '1;31;48;5;200m',
    '12;5H',
    '3@',
    '2S',
    '2T',
    '5X',
    '2b',
    '22;0t',
    '?1;2;3r',
    '>0q',
    'c',
    '6n',
  ].map((one) => `\x1b[${one}`),
  ...[
    '0;title\x07',
    '2;title\x1b\\',
    '4;1;rgb:1/2/3\x07',
    '8;id=a;https://example.test\x1b\\',
    '52;c;YQ==\x07',
    '133;A\x07',
    '1337;File=:YQ==\x07',
  ].map((one) => `\x1b]${one}`),
  '\x1bPq#0;2;0;0;0~-\x1b\\',
  '\x1bP+q544e\x1b\\',
  '\x1b_Gf=24,s=1,v=1;AAAA\x1b\\',
  '\x1b^private\x1b\\',
  '\u009b1m\u009d0;eight bits\u009c',
  '漢字 e\u0301 👩‍👩‍👧 \u202e',
]

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

test.for(PROGRAMS.filter(({ name }) => name !== 'a shell' && !name.includes('every mode')))(
  '$name follows a terminal of another size, and comes back right on the first one',
  async (program, context) => {
    if (program.needs) requires(context, program.needs)
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

test('what comes after a drawn screen comes as it was written, every byte and every sequence', async () => {
  await using home = await openHome()
  const everyByte = Buffer.from(Array.from({ length: 256 }, (_, byte) => byte))
  const sequences = Buffer.from(SEQUENCES.join('|'))
  writeFileSync(
    join(home.home, 'corpus'),
    Buffer.concat([sequences, Buffer.from('\x1bc'), everyByte, Buffer.from('\x18\r\nthe end')]),
  )
  const argv = ['sh', '-c', 'stty raw -echo; seq 30; printf ready; read -r go; cat corpus; exec cat']
  await start(home, { name: 'corpus', argv, ready: '', keys: '', changed: '' })
  await using terminal = await attach(home, OTHER_SIZE)
  await terminal.waitForText('ready')
  await terminal.type('\n')
  await terminal.waitForText('the end')
  const output = terminal.output()
  expect([output.includes(sequences), output.includes(everyByte)]).toEqual([true, true])
  await perchText(home, ['kill', 'one', '--grace', '0s'])
})

test.each([
  { what: 'as the screen keeps them', rows: 90, above: 40 },
  { what: 'more than it keeps, from the log', rows: 5_000, above: 4_000 },
])('lines above the screen come with --from tail:N, and are above it then: $what', async ({ rows, above }) => {
  await using home = await openHome()
  const argv = [
    'awk',
    `BEGIN { for (i = 1; i <= ${rows}; i++) printf "\\033[3%dmrow %d\\033[0m\\n", i % 8, i; while (1) getline }`,
  ]
  await start(home, { name: 'rows', argv, ready: '', keys: '', changed: '' })
  await using terminal = await attach(home, OTHER_SIZE, ['--from', `tail:${above}`])
  await terminal.waitForText(`row ${rows}`)
  const model = new ScreenModel({ size: OTHER_SIZE, scrollback: above + 100 })
  await model.feed(terminal.output())
  const { buffer } = model.terminal
  const held = Array.from({ length: buffer.active.length }, (_, row) => buffer.active.getLine(row)?.translateToString(true) ?? '')
  const colour = buffer.active
    .getLine(held.indexOf(`row ${rows - 100}`))
    ?.getCell(0)
    ?.getFgColor()
  model.dispose()
  const shown = OTHER_SIZE.rows - 1
  const first = rows - shown - above + 1
  expect(held.filter((line) => line.startsWith('row '))).toEqual(
    Array.from({ length: above + shown }, (_, at) => `row ${first + at}`),
  )
  if (rows > 100) expect(colour).toBe((rows - 100) % 8)
  await perchText(home, ['kill', 'one', '--grace', '0s'])
})
