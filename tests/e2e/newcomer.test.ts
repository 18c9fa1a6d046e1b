import { execFileSync } from 'node:child_process'
import { cpSync, existsSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { CHECKOUT, npm, npmEnvironment, requiresInstallableDependencies, SET_UP_BOUND_MS } from '../kit/npm.js'
import type { TemporaryHome } from '../kit/temporary-home.js'
import { temporaryHome } from '../kit/temporary-home.js'
import { openProgramTerminal } from '../kit/terminal.js'

/** What `git clone` would give of the present state: the tracked files and the new ones that are not ignored. */
function freshClone(home: TemporaryHome): string {
  const clone = home.folder('clone')
  const listed = execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard', '-z'], {
    cwd: CHECKOUT,
    encoding: 'utf8',
  })
  const paths = listed.split('\0').filter((path) => path !== '' && existsSync(join(CHECKOUT, path)))
  for (const path of paths) cpSync(join(CHECKOUT, path), join(clone, path), { recursive: true })
  execFileSync('git', ['init', '--quiet'], { cwd: clone })
  return clone
}

describe('a newcomer with a fresh clone and an empty home', { timeout: 2 * SET_UP_BOUND_MS }, () => {
  it('starts perch with one command, passes the tests with another, and does neither set-up twice', async (context) => {
    await using home = temporaryHome()
    await requiresInstallableDependencies(context, home)
    const clone = freshClone(home)
    const env = npmEnvironment(home)

    const first = await npm(home, clone, ['start', '--', 'profile', 'ls', '--json'])
    expect(first.code, first.stderr).toBe(0)
    expect(JSON.parse(first.stdout.toString())).toMatchObject({ schema: 1, profiles: [{ name: 'default' }] })
    expect(first.stderr).toContain('installing dependencies')
    expect(first.stderr).toContain('building')

    const second = await npm(home, clone, ['start', '--', '--version'])
    expect(second).toMatchObject({ code: 0, stderr: '' })

    const withoutTerminal = await npm(home, clone, ['start'])
    expect(withoutTerminal.code).toBe(2)
    expect(withoutTerminal.stderr).toContain('not a terminal')
    expect(withoutTerminal.stdout.toString()).toBe('')

    await using terminal = await openProgramTerminal(home, ['/bin/sh', '-c', 'exec npm start'], {
      cwd: clone,
      env: { ...env, PS1: 'ready> ' },
    })
    await terminal.waitForText('ready>')
    await terminal.type('echo $((6 * 7)) as $PERCH_PROFILE; exit 3\r')
    await terminal.waitForText('42 as default')
    expect(await terminal.exit()).toMatchObject({ code: 3 })

    const tests = await npm(home, clone, ['test', '--', 'tests/api'])
    expect(tests.code, tests.stdout.toString() + tests.stderr).toBe(0)
    expect(tests.stderr).not.toContain('installing')
    expect(tests.stdout.toString()).toMatch(/tests: \d+ passed, 0 failed/)
  })

  it('is told clearly that there is no space to install into', async (context) => {
    await using home = temporaryHome()
    if (process.getuid?.() !== 0) return context.skip('needs root, to mount a small file system')
    const clone = freshClone(home)
    const small = home.folder('small')
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=16m', 'tmpfs', small])
    try {
      cpSync(clone, small, { recursive: true })
      const started = await npm(home, small, ['start', '--', 'ls'])
      expect(started.code).toBe(1)
      expect(started.stderr).toMatch(/installing needs 500 MB free .* there are \d+ MB/)
      expect(started.stdout.toString()).toBe('')
    } finally {
      execFileSync('umount', [small])
    }
  })
})
