/**
 * `perch daemon install` and `uninstall` beside a `systemctl` that writes down what it is told. What the unit runs is run here as
 * the manager would.
 */
import { existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import * as v from 'valibot'
import { expect, test } from 'vitest'
import { DaemonInfo } from '../../src/api/control.js'
import { daemonStopMarkPath } from '../../src/platform/paths.js'
import { until } from '../kit/bounded.js'
import { perch, perchBundle, perchJson, perchText } from '../kit/perch-program.js'
import { requires, requiresPlatform } from '../kit/requirement.js'
import { runProgram, startProgram } from '../kit/running-program.js'
import { type TemporaryHome, temporaryHome } from '../kit/temporary-home.js'

/** Fails for the verbs in `systemctl-fails`, one a line. */
const SYSTEMCTL = `#!/bin/sh
if [ "$2" = restart ] && [ -e "$HOME/../starter" ]; then "$HOME/../starter" >/dev/null 2>&1 & fi
echo "$*" >>"$HOME/../systemctl-calls"
for word in "$@"; do
  if grep -qx -- "$word" "$HOME/../systemctl-fails" 2>/dev/null; then echo "no $word today" >&2; exit 1; fi
done
`

function homeWithManager() {
  const home = temporaryHome()
  const bin = home.folder('bin')
  writeFileSync(join(bin, 'systemctl'), SYSTEMCTL, { mode: 0o755 })
  writeFileSync(join(home.root, 'systemctl-calls'), '')
  const config = join(home.home, 'config')
  const env = { PATH: `${bin}:${home.env.PATH}`, XDG_CONFIG_HOME: config }
  return {
    home,
    env,
    config,
    unit: join(config, 'systemd/user/perchd.service'),
    fails: (...verbs: readonly string[]) => writeFileSync(join(home.root, 'systemctl-fails'), verbs.join('\n')),
    calls: () => {
      const path = join(home.root, 'systemctl-calls')
      const calls = readFileSync(path, 'utf8').trim().split('\n')
      writeFileSync(path, '')
      return calls
    },
  }
}

/** Runs what the unit says, as systemd does. */
function startUnit(home: TemporaryHome, unit: string) {
  const text = readFileSync(unit, 'utf8')
  const [program = '', ...args] = [...(/^ExecStart=(.*)$/m.exec(text)?.[1] ?? '').matchAll(/"([^"]*)"/g)].map(
    (word) => word[1] ?? '',
  )
  const env = Object.fromEntries([...text.matchAll(/^Environment="([^=]+)=(.*)"$/gm)].map(([, name, value]) => [name, value]))
  return startProgram(program, args, { cwd: '/', env: { ...env, TMPDIR: home.env.TMPDIR ?? '' } })
}

test('installed, it is run by the user manager; uninstalled, nothing of it is left', async (context) => {
  requiresPlatform(context, 'linux')
  const { home, env, config, unit, calls, fails } = homeWithManager()
  await using _home = home
  fails('is-active')
  expect(await perchJson(home, ['daemon', 'install'], { env })).toEqual({
    schema: 1,
    service: { manager: 'systemd', path: unit, changed: true, running: false },
  })
  expect(calls()).toEqual([
    '--user show-environment',
    '--user daemon-reload',
    '--user enable perchd.service',
    '--user restart perchd.service',
  ])
  expect(readFileSync(unit, 'utf8')).toContain(`Environment="PERCH_HOME=${home.perchHome}"`)
  fails()
  const written = readFileSync(unit, 'utf8')
  expect(await perchJson(home, ['daemon', 'install'], { env })).toMatchObject({ service: { changed: false, running: true } })
  expect(readFileSync(unit, 'utf8')).toBe(written)
  expect(calls()).toEqual(['--user show-environment', '--user is-active --quiet perchd.service'])
  // As `systemctl enable` leaves it.
  mkdirSync(join(dirname(unit), 'default.target.wants'))
  symlinkSync(unit, join(dirname(unit), 'default.target.wants/perchd.service'))
  expect(await perchJson(home, ['daemon', 'uninstall'], { env })).toEqual({ schema: 1, removed: [unit] })
  expect(calls()).toEqual(['--user show-environment', '--user disable --now perchd.service', '--user daemon-reload'])
  expect(existsSync(config)).toBe(false)
  expect(await perchJson(home, ['daemon', 'uninstall'], { env })).toEqual({ schema: 1, removed: [] })
})

test('the unit runs the one daemon, in the foreground; a second one ends at once', async (context) => {
  requiresPlatform(context, 'linux')
  const { home, env, unit } = homeWithManager()
  await using _home = home
  await perchText(home, ['ls'])
  const before = v.parse(v.object({ daemon: DaemonInfo }), await perchJson(home, ['daemon', 'status']))
  await perchText(home, ['daemon', 'install'], { env })
  // It gave way, and the person's wish for a daemon counts.
  expect(await perchText(home, ['daemon', 'status'])).toContain('not running')
  expect(existsSync(daemonStopMarkPath(home.paths))).toBe(false)
  await using service = startUnit(home, unit)
  const isDaemon = async () => (await perchText(home, ['daemon', 'status'])).includes(`pid ${service.pid},`)
  await until(isDaemon, 20_000, () => 'the daemon of the unit')
  expect(service.pid).not.toBe(before.daemon.pid)
  await using second = startUnit(home, unit)
  expect(await second.finished).toMatchObject({ code: 0 })
  service.kill('SIGTERM')
  expect(await service.finished).toMatchObject({ code: 0 })
})

test('beside live sessions, whose hosts bring a lost daemon back, the one of the unit is the next', async (context) => {
  requiresPlatform(context, 'linux')
  const { home, env } = homeWithManager()
  await using _home = home
  for (const name of ['a', 'b', 'c']) await perchText(home, ['exec', '-d', '-n', name, '--pipe', '--', 'cat'])
  // A manager that takes its time.
  const perchd = join(dirname(perchBundle()), 'perchd.cjs')
  const starter = `#!/bin/sh\nsleep 1\nFROM_UNIT=1 exec '${process.execPath}' '${perchd}'\n`
  writeFileSync(join(home.root, 'starter'), starter, { mode: 0o755 })
  expect(await perchJson(home, ['daemon', 'install'], { env })).toMatchObject({ service: { running: true } })
  const { daemon } = v.parse(v.object({ daemon: DaemonInfo }), await perchJson(home, ['daemon', 'status']))
  expect(readFileSync(`/proc/${daemon.pid}/environ`, 'utf8')).toContain('FROM_UNIT=1')
  expect(daemon.sessions).toBe(3)
  await perchText(home, ['kill', '--all'])
})

test('without a user manager nothing is written, and the daemon goes on', async (context) => {
  requiresPlatform(context, 'linux')
  const { home, env, config, fails } = homeWithManager()
  await using _home = home
  await perchText(home, ['ls'])
  fails('show-environment')
  const refused = await perch(home, ['daemon', 'install'], { env })
  expect(refused).toMatchObject({ code: 4, stderr: expect.stringContaining('no service manager of yours') })
  expect(existsSync(config)).toBe(false)
  expect(await perchText(home, ['daemon', 'status'])).toContain('The daemon runs')
  const withoutProgram = await perch(home, ['daemon', 'install'], { env: { ...env, PATH: join(home.root, 'empty') } })
  expect(withoutProgram).toMatchObject({ code: 4 })
})

test('a manager that refuses leaves no unit behind, and one that is gone does not keep it', async (context) => {
  requiresPlatform(context, 'linux')
  const { home, env, config, unit, fails } = homeWithManager()
  await using _home = home
  fails('enable')
  const failed = await perch(home, ['daemon', 'install'], { env })
  expect(failed).toMatchObject({ code: 1, stderr: expect.stringContaining('no enable today') })
  expect(existsSync(config)).toBe(false)
  mkdirSync(join(config, 'systemd'), { recursive: true })
  fails()
  await perchText(home, ['daemon', 'install'], { env })
  fails('show-environment')
  await perchText(home, ['daemon', 'uninstall'], { env })
  expect(existsSync(dirname(unit))).toBe(false)
  expect(existsSync(join(config, 'systemd'))).toBe(true)
})

test("a unit of somebody else's is neither overwritten nor removed", async (context) => {
  requiresPlatform(context, 'linux')
  const { home, env, unit } = homeWithManager()
  await using _home = home
  mkdirSync(dirname(unit), { recursive: true })
  writeFileSync(unit, '[Service]\nExecStart=/bin/true\n')
  for (const verb of ['install', 'uninstall']) expect(await perch(home, ['daemon', verb], { env })).toMatchObject({ code: 4 })
  expect(readFileSync(unit, 'utf8')).toContain('/bin/true')
})

test('systemd finds nothing wrong with the unit', async (context) => {
  requires(context, 'systemd-analyze')
  const { home, env, unit } = homeWithManager()
  await using _home = home
  await perchText(home, ['daemon', 'install'], { env })
  const runtime = home.folder('run')
  const verified = await runProgram('systemd-analyze', ['--user', 'verify', unit], {
    env: { ...home.env, XDG_RUNTIME_DIR: runtime },
    cwd: '/',
  })
  expect({ ...verified, stdout: verified.stdout.toString() }).toMatchObject({ code: 0, stdout: '', stderr: '' })
})
