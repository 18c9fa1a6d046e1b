import { readdirSync, writeFileSync } from 'node:fs'
import { getPriority, tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { closeChildPipes, openChildPipes, spawnPipes } from '../../../src/platform/pipe/pipe-process.js'
import { linuxStat } from '../../../src/platform/process/process-identity.js'
import { until, within } from '../../kit/bounded.js'
import { requiresPlatform } from '../../kit/requirement.js'
import { temporaryHome } from '../../kit/temporary-home.js'
import { BOUND_MS, watchPipes } from '../watched-child.js'

describe('a child on pipes', () => {
  it('leads its own session and group, and has no descriptor but 0, 1 and 2', async (context) => {
    requiresPlatform(context, 'linux')
    await using home = temporaryHome()
    await using other = await watchPipes(home, ['cat'])
    await using watched = await watchPipes(home, ['sh', '-c', 'ls -l /proc/$$/fd; read -r x'])
    await until(
      () => watched.text().includes(' 2 -> '),
      BOUND_MS,
      () => 'the list',
    )
    const { pid } = watched.child
    expect(linuxStat(pid)).toMatchObject({ pgrp: pid, session: pid })
    expect(watched.child.foregroundGroup()).toBeUndefined()
    const targets = Array.from(watched.text().matchAll(/ -> (.+)\n/g), ([, target]) => target)
    expect(targets.filter((target) => target !== '/dev/null')).toEqual(Array(3).fill(expect.stringMatching(/^pipe:/)))
    expect(other.child.pid).not.toBe(pid)
  })

  it('has the umask, limit and niceness that were asked for, and its own name', async (context) => {
    requiresPlatform(context, 'linux')
    await using home = temporaryHome()
    const script = 'umask; ulimit -Sn; nice; tr "\\0" "\\n" </proc/$$/cmdline | head -1'
    const nice = getPriority() + 2
    await using limited = await watchPipes(home, ['sh', '-c', script], { umask: 0o077, openFilesLimit: 99, nice })
    await limited.finished()
    expect(limited.text()).toBe(`0077\n99\n${nice}\nsh\n`)
    await using titled = await watchPipes(home, ['a title', '-c', script], { program: '/bin/sh' })
    await titled.finished()
    expect(titled.text().split('\n').at(-2)).toBe('a title')
  })

  it('takes pipes that were made ahead, and leaves no file or descriptor behind', async (context) => {
    requiresPlatform(context, 'linux')
    await using home = temporaryHome()
    const one = async () => {
      await using watched = await watchPipes(home, ['cat'], { pipes: await openChildPipes(false) })
      await watched.child.endInput()
      await watched.finished()
    }
    await one()
    const before = readdirSync('/proc/self/fd').length
    for (let round = 0; round < 10; round += 1) await one()
    closeChildPipes(await openChildPipes(true))
    expect(readdirSync('/proc/self/fd').length).toBe(before)
    expect(readdirSync(tmpdir()).filter((name) => name.startsWith('perch-'))).toEqual([])
  })

  it('that cannot start leaves nothing behind', async (context) => {
    requiresPlatform(context, 'linux')
    await using home = temporaryHome()
    const script = join(home.root, 'script')
    writeFileSync(script, '#!/nowhere/interpreter\n', { mode: 0o755 })
    const command = { program: script, argv: ['script'], cwd: home.home, env: home.env, mergeStderr: false } as const
    const before = readdirSync('/proc/self/fd').length
    await expect(spawnPipes(command)).rejects.toMatchObject({ code: 'program-not-found' })
    expect(readdirSync('/proc/self/fd').length).toBe(before)
  })

  it('sees the end of its input and a closed output when its owner closes it', async () => {
    await using home = temporaryHome()
    await using watched = await watchPipes(home, [
      'sh',
      '-c',
      'trap "exit 9" PIPE; read -r x || while :; do echo more || exit 9; done',
    ])
    watched.child.close()
    expect((await within(watched.child.exited, BOUND_MS, () => 'the end')).code).toBe(9)
  })
})
