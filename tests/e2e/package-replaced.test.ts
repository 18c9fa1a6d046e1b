/** The installed package replaced, or removed, under sessions that it started: they are none the wiser, and a new daemon adopts them. */
import { cpSync, mkdirSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import * as v from 'valibot'
import { describe, expect, test } from 'vitest'
import { SessionReply } from '../../src/api/control.js'
import { until } from '../kit/bounded.js'
import { CHECKOUT } from '../kit/npm.js'
import { perch, perchBundle, perchText, startPerch } from '../kit/perch-program.js'
import { killDaemon, showSession } from '../kit/perch-session.js'
import { runProgram } from '../kit/running-program.js'
import { type TemporaryHome, temporaryHome } from '../kit/temporary-home.js'

const BOUND_MS = 20_000

/** A copy of the built package that can be taken away. */
function installCopy(home: TemporaryHome): string {
  const folder = home.folder('installed')
  copyPrograms(folder)
  symlinkSync(join(CHECKOUT, 'node_modules'), join(folder, 'node_modules'))
  return folder
}

function copyPrograms(folder: string): void {
  cpSync(dirname(perchBundle()), join(folder, 'dist'), { recursive: true })
}

async function startFrom(home: TemporaryHome, installed: string, args: readonly string[]) {
  const done = await runProgram(process.execPath, [join(installed, 'dist/perch.cjs'), 'exec', '-d', '--json', ...args], {
    env: home.env,
    cwd: home.home,
  })
  if (done.code !== 0) throw new Error(done.stderr)
  return v.parse(SessionReply, JSON.parse(done.stdout.toString())).session
}

const CHANGES: Readonly<Record<string, (installed: string) => void>> = {
  'replaced by another version': (installed) => {
    renameSync(join(installed, 'dist'), join(installed, 'old'))
    copyPrograms(installed)
    rmSync(join(installed, 'old'), { recursive: true })
  },
  'replaced by programs that do not start': (installed) => {
    rmSync(installed, { recursive: true })
    mkdirSync(join(installed, 'dist'), { recursive: true })
    for (const program of ['perch', 'perchd', 'host'])
      writeFileSync(join(installed, 'dist', `${program}.cjs`), 'throw new Error("half installed")\n')
  },
  removed: (installed) => rmSync(installed, { recursive: true }),
}

describe('live sessions of a package that was', () => {
  test.each(Object.entries(CHANGES))('%s', { timeout: 120_000 }, async (_, change) => {
    await using home = temporaryHome()
    const installed = installCopy(home)
    const script = 'echo before; while read -r line; do echo "got $line"; [ "$line" = end ] && exit 7; done'
    const pipe = await startFrom(home, installed, ['--pipe', '-n', 'pipe', '--', 'sh', '-c', script])
    const pty = await startFrom(home, installed, ['--pty', '-n', 'pty', '--', 'sh', '-c', `stty -echo; ${script}`])
    change(installed)

    // Nothing of this was done before the change: attaching, writing, resizing, signals, following, the log.
    await using follower = startPerch(home, ['logs', '-f', 'pipe'])
    await follower.waitForOutput('before')
    await perchText(home, ['send', 'pipe', 'one', '--enter'])
    await follower.waitForOutput('got one')
    await perchText(home, ['resize', 'pty', '100x30'])
    await perchText(home, ['send', 'pty', 'two', '--enter'])
    await until(
      async () => (await perchText(home, ['logs', 'pty', '--raw'])).includes('got two'),
      BOUND_MS,
      () => 'what the terminal session wrote',
    )
    expect(await showSession(home, 'pty')).toMatchObject({ state: 'running', size: { cols: 100, rows: 30 } })

    killDaemon(home)
    const listed = await perchText(home, ['ls'])
    for (const id of [pipe.id, pty.id]) expect(listed).toContain(id)
    expect(await showSession(home, 'pipe')).toMatchObject({ id: pipe.id, state: 'running', hostPid: pipe.hostPid, pid: pipe.pid })
    expect(await showSession(home, 'pty')).toMatchObject({ id: pty.id, state: 'running', hostPid: pty.hostPid, pid: pty.pid })

    await perchText(home, ['send', 'pipe', 'end', '--enter'])
    expect((await perch(home, ['wait', pipe.id])).code).toBe(7)
    expect((await follower.finished).stdout.toString()).toBe('before\ngot one\ngot end\n')
    expect(await showSession(home, pipe.id)).toMatchObject({ state: 'exited', exit: { code: 7, outcome: 'exited' } })
    await perchText(home, ['kill', 'pty'])
    expect(await showSession(home, pty.id)).toMatchObject({ state: 'exited', exit: { signal: 'SIGHUP', outcome: 'terminated' } })
    expect(await perchText(home, ['exec', '--', 'echo', 'from the new one'])).toBe('from the new one')
  })
})
