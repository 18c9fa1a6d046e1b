/** `ls`, `show`, help, completion and `attach` run from small parts of the program; nobody can tell, whatever the command comes to. */
import { cpSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import * as v from 'valibot'
import { describe, expect, test } from 'vitest'
import { SessionReply } from '../../src/api/control.js'
import { perch, perchBundle, perchJson, perchText } from '../kit/perch-program.js'
import { runProgram } from '../kit/running-program.js'
import { type TemporaryHome, temporaryHome } from '../kit/temporary-home.js'
import { openProgramTerminal } from '../kit/terminal.js'

const MODULES = fileURLToPath(new URL('../../node_modules', import.meta.url))
const HANDS_OVER_AT_ONCE =
  '(function (exports, require, module, __filename, __dirname, startWholeProgram) { startWholeProgram() })\n'

/** A copy of the built programs. */
function copyOfPrograms(home: TemporaryHome) {
  const dist = join(home.folder('copy'), 'dist')
  cpSync(dirname(perchBundle()), dist, { recursive: true })
  symlinkSync(MODULES, join(home.root, 'copy/node_modules'))
  const run = (args: readonly string[]) =>
    runProgram(process.execPath, [join(dist, 'perch.cjs'), ...args], { env: home.env, cwd: home.home })
  return { dist, run }
}

/** Commands that a quick part is tried for: well meant, wrong, and such as it has to hand over. */
const LINES = [
  'ls --all --json',
  'ls -a --state exited --json',
  'ls --label a=b',
  'ls --state asleep',
  'ls --unknown',
  'ls what',
  'ls --help',
  'show done',
  'show done --json',
  'show nobody',
  'show nobody --json',
  'show',
  'help',
  'help exec',
  'help nothing',
  '--version',
  'attach',
  'attach nobody',
  'attach done',
  'attach done --from tail:3',
  'attach done --from nowhere',
  'attach done --view --steal',
  'attach --help',
  'attach one two',
]

/** A session that has ended, so that it is shown alike each time. */
async function endedSession(home: TemporaryHome): Promise<void> {
  expect(await perch(home, ['exec', '-n', 'done', '--', 'sh', '-c', 'exit 3'])).toMatchObject({ code: 3, stderr: '' })
}

describe('a quick part', () => {
  test('says what the whole program says', async () => {
    await using home = temporaryHome()
    const whole = copyOfPrograms(home)
    for (const part of ['asking', 'attach']) writeFileSync(join(whole.dist, `perch-${part}.bundle.js`), HANDS_OVER_AT_ONCE)
    await endedSession(home)
    for (const line of LINES) {
      const args = line.split(' ')
      const [quick, other] = [await perch(home, args), await whole.run(args)]
      expect({ ...quick, stdout: quick.stdout.toString() }, line).toEqual({ ...other, stdout: other.stdout.toString() })
    }
  })

  test('contains all that its commands need in the ordinary case', async () => {
    await using home = temporaryHome()
    await endedSession(home)
    const { dist, run } = copyOfPrograms(home)
    rmSync(join(dist, 'perch.bundle.js'))
    for (const line of [
      'ls',
      'ls -a --json',
      'show done',
      'help',
      'ls --help',
      '--version',
      '__complete zsh 1 -- rm',
      'top --help',
    ]) {
      expect(await run(line.split(' ')), line).toMatchObject({ code: 0 })
    }
    expect((await run(['ls', '-a'])).stdout.toString()).toContain('done')
    expect(await run(['attach', 'done'])).toMatchObject({ code: 3 })
  })

  test('contains all that attaching comes to, whatever ends it', async () => {
    await using home = temporaryHome()
    const { dist } = copyOfPrograms(home)
    rmSync(join(dist, 'perch.bundle.js'))
    const attach = async (...args: string[]) => {
      const terminal = await openProgramTerminal(home, [process.execPath, join(dist, 'perch.cjs'), 'attach', ...args])
      await terminal.waitForText('in>')
      return terminal
    }
    await perch(home, ['exec', '-d', '--pty', '-n', 'one', '--env', 'PS1=in> ', '--', '/bin/sh'])
    {
      await using terminal = await attach()
      await terminal.type('\x1c')
      expect(await terminal.exit()).toEqual({ code: 0, signal: null })
    }
    {
      await using viewer = await attach('one', '--view')
      await using terminal = await attach('one')
      await terminal.type('exit 5\r')
      expect([await terminal.exit(), await viewer.exit()]).toEqual(Array(2).fill({ code: 5, signal: null }))
    }
    await perch(home, ['exec', '-d', '--pty', '-n', 'two', '--env', 'PS1=in> ', '--', '/bin/sh'])
    const { hostPid } = v.parse(SessionReply, await perchJson(home, ['show', 'two'])).session
    await using terminal = await attach('two')
    // The daemon as well: it is started anew for what is asked after the end.
    await perch(home, ['daemon', 'stop'])
    process.kill(hostPid ?? Number.NaN, 'SIGKILL')
    expect(await terminal.exit()).toMatchObject({ code: 1 })
    expect(terminal.screen().join('\n')).toContain('was lost')
  })

  test('hands over where there is no daemon, which is started then', async () => {
    await using home = temporaryHome()
    const first = await perch(home, ['ls'])
    expect(first).toMatchObject({ code: 0, stderr: 'perch: no session runs (perch ls -a shows the ended ones)\n' })
    expect(await perchText(home, ['daemon', 'status'])).toContain('The daemon runs')
  })
})
