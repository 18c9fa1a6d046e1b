/** The dashboard as a person uses it: the built program in a real terminal, with a daemon and sessions of its own. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { until } from '../kit/bounded.js'
import { perch, perchBundle, perchText } from '../kit/perch-program.js'
import { killDaemon, showSession } from '../kit/perch-session.js'
import { type TemporaryHome, temporaryHome } from '../kit/temporary-home.js'
import { type OpenTerminal, openProgramTerminal, openTerminal } from '../kit/terminal.js'
import { wakeUps } from '../kit/wake-ups.js'

const DETACH = '\x1c'

const exec = (home: TemporaryHome, name: string, script: string) =>
  perchText(home, ['exec', '-d', '--pty', '-n', name, '--', 'sh', '-c', script])

/** The row of the list that has this in it. */
const rowWith = (terminal: OpenTerminal, text: string) => terminal.screen().find((line) => line.includes(text)) ?? ''

/** The modes of a terminal that nobody has done anything to, as far as the dashboard touches them. */
const expectOrdinary = (terminal: OpenTerminal) => {
  expect(terminal.buffer()).toBe('normal')
  for (const mode of [1049, 2004, 2026]) expect(terminal.modes().has(mode)).toBe(false)
  for (const mode of [7, 25]) expect(terminal.modes().has(mode)).toBe(true)
}

describe('the dashboard', () => {
  test('shows sessions as they come, attaches and comes back, sends, renames, filters, kills, starts, and quits', async () => {
    await using home = temporaryHome()
    await using terminal = await openTerminal(home, ['top'])
    await terminal.waitForText('No session runs.')

    await exec(home, 'one', 'echo "ready one"; read line; echo "got $line"; cat')
    await terminal.waitForText(/one .*ready one/)
    await exec(home, 'two', 'echo "ready two"; cat')
    await terminal.waitForText(/two .*ready two[\s\S]*one .*ready one/)
    // Whoever was selected stays so, wherever the newer one pushes it.
    await terminal.waitForText(/\(one\) +command/)

    await terminal.type('shello\r')
    await terminal.waitForText(/one .*got hello/)
    await terminal.waitForText('sent to')

    await terminal.type('\r')
    await terminal.waitForText(/detaches[\s\S]*got hello/)
    await terminal.type('typed\r')
    await terminal.waitForText(/typed\s+typed/)
    await terminal.type(DETACH)
    await terminal.waitForText(/detached from .*\(one\)/)
    await terminal.waitForText(/two .*\n.*one .*typed/)

    await terminal.type('r\x15renamed\r')
    await terminal.waitForText(/renamed +default/)
    expect(await showSession(home, 'renamed')).toMatchObject({ state: 'running' })

    await terminal.type('/two')
    await terminal.waitUntil(
      () => rowWith(terminal, ' two ') !== '' && !rowWith(terminal, ' renamed '),
      'one session in the list',
    )
    await terminal.type('\x1b')
    await terminal.waitForText(/two .*\n.*renamed /)

    await terminal.type('Gx')
    await terminal.waitForText('kill renamed? (y/n)')
    await terminal.type('n')
    await terminal.waitForText('x kill')
    expect(await showSession(home, 'renamed')).toMatchObject({ state: 'running' })
    await terminal.type('xy')
    await terminal.waitForText(/renamed +\S+ +SIG\w+ \(/)
    expect(await showSession(home, 'renamed')).toMatchObject({ state: 'exited' })

    await terminal.type('n')
    await terminal.waitForText(/start with +default/)
    await terminal.type('\r')
    await terminal.waitForText(/runs; Enter attaches/)

    await terminal.type('q')
    expect(await terminal.exit()).toEqual({ code: 0, signal: null })
    expectOrdinary(terminal)
  })

  test('fits 60x15 and grows again, with nothing of the other size left', async () => {
    await using home = temporaryHome()
    await exec(home, 'one', 'echo "the last line"; cat')
    await using terminal = await openTerminal(home, [], { size: { cols: 80, rows: 24 } })
    await terminal.waitForText(/one .*the last line/)
    terminal.resize({ cols: 60, rows: 15 })
    await terminal.waitUntil(() => terminal.screen().at(-1)?.endsWith('q quit') === true, 'the keys in the last of 15 rows')
    expect(terminal.screen().filter((line) => line.includes('q quit'))).toHaveLength(1)
    expect(rowWith(terminal, 'the last line')).toMatch(/ one +default/)
    terminal.resize({ cols: 30, rows: 5 })
    await terminal.waitForText(/^perch top needs/)
    terminal.resize({ cols: 100, rows: 30 })
    await terminal.waitUntil(() => terminal.screen().at(-1)?.endsWith('q quit') === true, 'the keys in the last of 30 rows')
    expect(rowWith(terminal, 'the last line')).toMatch(/ one +default/)
    await terminal.type('\x03')
    expect(await terminal.exit()).toEqual({ code: 0, signal: null })
  })

  test('goes on when the daemon dies, and waits for one that was stopped', async () => {
    await using home = temporaryHome()
    await exec(home, 'one', 'cat')
    await using terminal = await openTerminal(home, ['top'])
    await terminal.waitForText(/one +default/)
    killDaemon(home)
    await perchText(home, ['rename', 'one', 'other'])
    await terminal.waitForText(/other +default/)
    await perchText(home, ['daemon', 'stop'])
    await terminal.waitForText('the daemon was stopped')
    await perchText(home, ['rename', 'other', 'third'])
    await terminal.waitForText(/third +default/)
    await terminal.waitUntil(() => !terminal.screen().join('\n').includes('was stopped'), 'nothing of a stopped daemon')
    await terminal.type('q')
    await terminal.exit()
  })
})

describe('the terminal', () => {
  test('is given back to the bit by quitting, and by Ctrl-Z, after which the dashboard comes back', async () => {
    await using home = temporaryHome()
    const env = { PS1: 'out> ', PERCH: `${process.execPath} ${perchBundle()}` }
    await using shell = await openProgramTerminal(home, ['/bin/sh'], { env })
    await shell.waitForText('out>')
    await shell.type('stty -g > before; echo above; $PERCH top\r')
    await shell.waitForText('No session runs.')
    await shell.type('\x1a')
    await shell.waitForText(/above[\s\S]*Stopped[\s\S]*out>/)
    expectOrdinary(shell)
    await shell.type('stty -g > stopped; fg\r')
    await shell.waitForText('No session runs.')
    await shell.type('q')
    await shell.waitForText(/above[\s\S]*Stopped[\s\S]*out> $/m)
    expectOrdinary(shell)
    await shell.type('stty -g > after; cmp before stopped && cmp before after && echo identical\r')
    await shell.waitForText('identical')
  })

  test('is taken anew after SIGSTOP, when the shell has had it meanwhile', async () => {
    await using home = temporaryHome()
    const env = { PS1: 'out> ', PERCH: `${process.execPath} ${perchBundle()}` }
    await using shell = await openProgramTerminal(home, ['/bin/sh'], { env })
    await shell.waitForText('out>')
    await shell.type("sh -c 'echo $$ > pid; exec $PERCH top'\r")
    await shell.waitForText('No session runs.')
    process.kill(Number(readFileSync(join(home.home, 'pid'), 'utf8')), 'SIGSTOP')
    await shell.waitForText('Stopped')
    // The modes are still those of the dashboard, in which a return is no line feed.
    await shell.type('fg\n')
    await shell.waitUntil(() => {
      const shown = shell.screen().join('\n')
      return shown.includes('No session runs.') && !shown.includes('Stopped')
    }, 'the dashboard, and nothing of the shell')
    // A key without a line end.
    await shell.type('?')
    await shell.waitForText('any key back')
    await shell.type('qq')
    await shell.waitForText(/exec [\s\S]*\nout> $/m)
    expectOrdinary(shell)
  })

  test.each(['SIGTERM', 'SIGHUP'] as const)('is given back when %s ends it', async (signal) => {
    await using home = temporaryHome()
    await using terminal = await openTerminal(home, ['top'])
    await terminal.waitForText('No session runs.')
    process.kill(terminal.pid, signal)
    expect((await terminal.exit()).code).toBe(signal === 'SIGTERM' ? 143 : 129)
    expectOrdinary(terminal)
  })

  test('is given back when SIGTERM ends it while a session is shown, which goes on', async () => {
    await using home = temporaryHome()
    await exec(home, 'one', 'printf "\\033[?1049h\\033[?1002hfull screen"; cat')
    await using terminal = await openTerminal(home, ['top'])
    await terminal.waitForText(/one .*full screen/)
    await terminal.type('\r')
    await terminal.waitForText(/full screen.*detaches/)
    process.kill(terminal.pid, 'SIGTERM')
    expect((await terminal.exit()).code).toBe(143)
    expectOrdinary(terminal)
    expect(terminal.modes().has(1002)).toBe(false)
    expect(await showSession(home, 'one')).toMatchObject({ state: 'running', attachments: [] })
  })

  test('is needed: without one it is refused, and perch alone is the help', async () => {
    await using home = temporaryHome()
    expect(await perch(home, ['top'])).toMatchObject({ code: 2, stderr: expect.stringContaining('perch ls') })
    const alone = await perch(home, [])
    expect(alone).toMatchObject({ code: 0, stderr: '' })
    expect(alone.stdout.equals((await perch(home, ['help'])).stdout)).toBe(true)
  })

  test('gets no colours where there shall be none', async () => {
    await using home = temporaryHome()
    await exec(home, 'one', 'cat')
    await using terminal = await openTerminal(home, ['top'], { env: { NO_COLOR: '1' } })
    await terminal.waitForText(/one +default/)
    // Bold, reverse and off only.
    const attributes = [
      ...terminal
        .output()
        .toString()
        .matchAll(/\x1b\[([\d;]*)m/g),
    ].flatMap(([, set = '']) => set.split(';'))
    expect([...new Set(attributes)].sort()).toEqual(['0', '1', '7'])
    await terminal.type('q')
    await terminal.exit()
  })
})

test.runIf(process.platform === 'linux')('while nothing changes it writes nothing and is never woken', async () => {
  await using home = temporaryHome()
  await exec(home, 'one', 'echo "the last line"; cat')
  await using terminal = await openTerminal(home, ['top'])
  await terminal.waitForText(/one .*the last line/)
  // As for hosts: after the engine has settled a second and a half comes soon in which nothing at all happens.
  const quiet = async () => {
    const before = [wakeUps(terminal.pid), terminal.output().byteLength]
    await new Promise((resolve) => setTimeout(resolve, 1_500))
    return before[0] === wakeUps(terminal.pid) && before[1] === terminal.output().byteLength
  }
  expect(await until(quiet, 30_000, () => 'a quiet second and a half')).toBe(true)
  await perchText(home, ['send', 'one', 'woken', '--enter'])
  await terminal.waitForText(/one .*woken/)
  await terminal.type('q')
  await terminal.exit()
})
