import { copyFileSync, readdirSync, readFileSync } from 'node:fs'
import { getPriority } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { linuxStat } from '../../../src/platform/process/process-identity.js'
import { resolveProgram } from '../../../src/platform/process/resolve-program.js'
import { loadBinding } from '../../../src/platform/pty/pty-native.js'
import { spawnPty } from '../../../src/platform/pty/pty-process.js'
import { requiresPlatform } from '../../kit/requirement.js'
import { temporaryHome } from '../../kit/temporary-home.js'
import { watchPty } from '../watched-child.js'

describe('a child on a terminal', () => {
  it('leads a session that has the terminal as its controlling one', async (context) => {
    requiresPlatform(context, 'linux')
    await using home = temporaryHome()
    await using watched = await watchPty(home, [
      'sh',
      '-c',
      'tty; test -t 0 && test -t 1 && test -t 2 && : </dev/tty && echo yes; read -r x',
    ])
    await watched.saw('yes')
    const { pid } = watched.child
    expect(linuxStat(pid)).toMatchObject({ pgrp: pid, session: pid, foregroundGroup: pid })
    expect(watched.child.foregroundGroup()).toBe(pid)
    expect(watched.text()).toMatch(/^\/dev\/pts\/\d+\r\n/)
  })

  it('has no descriptor but 0, 1 and 2, also when its owner has other terminals open', async (context) => {
    requiresPlatform(context, 'linux')
    await using home = temporaryHome()
    await using other = await watchPty(home, ['cat'])
    await using watched = await watchPty(home, ['sh', '-c', 'ls -l /proc/$$/fd; exit'])
    await watched.finished()
    const held = new Map(Array.from(watched.text().matchAll(/ (\d+) -> (.+)\r\n/g), ([, fd, target]) => [fd, target]))
    const terminal = held.get('0')
    expect(terminal).toMatch(/^\/dev\/pts\/\d+$/)
    expect([held.get('1'), held.get('2')]).toEqual([terminal, terminal])
    // What the owner holds without CLOEXEC, the other terminal above all, arrives as nothing.
    for (const fd of ['0', '1', '2']) held.delete(fd)
    expect([...held.values()].filter((target) => target !== '/dev/null')).toEqual([])
    await other.type('still there\r')
    await other.saw('still there')
  })

  it('sees the size it was given, and every new one with a SIGWINCH', async () => {
    await using home = temporaryHome()
    // A shell runs its traps between commands; only `wait` is cut short by them.
    const script = 'trap "stty size" WINCH; sleep 1000 & stty size; echo ready; while :; do wait; done'
    await using watched = await watchPty(home, ['sh', '-c', script], { size: { cols: 132, rows: 43 } })
    await watched.saw('ready')
    expect(watched.text()).toContain('43 132')
    watched.child.resize({ cols: 100, rows: 30 })
    await watched.saw('30 100')
    watched.child.resize({ cols: 1, rows: 1 })
    await watched.saw('1 1')
  })

  it('gets the arguments, the folder and the name as they are', async () => {
    await using home = temporaryHome()
    const cwd = home.folder("with 'quotes' and $(echo spaces)")
    const args = ['a b', '', '$HOME', '`id`', '*', "it's", '-n', 'line\nfeed', 'ünï']
    await using watched = await watchPty(home, ['sh', '-c', 'stty -opost; pwd; printf "<%s>" "$@"', 'sh', ...args], { cwd })
    await watched.finished()
    expect(watched.text()).toBe(`${cwd}\n${args.map((arg) => `<${arg}>`).join('')}`)
  })

  it('sees its own name where the shell finds the same program by it, and the path otherwise', async () => {
    await using home = temporaryHome()
    const show = ['-c', 'tr "\\0" "\\n" </proc/$$/cmdline | head -1'] as const
    await using named = await watchPty(home, ['sh', ...show])
    await named.finished()
    expect(named.text()).toBe('sh\r\n')
    await using titled = await watchPty(home, ['-sh', ...show], { program: '/bin/sh' })
    await titled.finished()
    expect(titled.text()).toBe('/bin/sh\r\n')
  })

  it('gets every variable, whatever its name, and nothing of its owner', async () => {
    await using home = temporaryHome()
    const env = {
      PATH: home.env.PATH ?? '',
      PLAIN: 'a b\nc',
      EMPTY: '',
      'BASH_FUNC_f%%': '() { :; }',
      'npm_config_@s:registry': 'https://example.invalid/',
      'a-b': '=x=',
      '1x': 'one',
      é: 'é',
      IFS: '/',
      OPTIND: 'no number',
      PPID: '1',
      PS1: '> ',
    }
    process.env.PERCH_TEST_OF_THE_OWNER = 'leaked'
    try {
      await using watched = await watchPty(home, ['env', '-0'], { env })
      await watched.finished()
      const lines = watched.text().replaceAll('\r\n', '\n').split('\0').filter(Boolean)
      // The launching shell says where it is (PWD) and, if it is bash, how deep (SHLVL, _).
      const { PWD, SHLVL, _, ...seen } = Object.fromEntries(lines.map((line) => splitOnce(line, '=')))
      expect(seen).toEqual(env)
      expect(PWD).toBe(home.home)
    } finally {
      delete process.env.PERCH_TEST_OF_THE_OWNER
    }
  })

  it('gets odd variables also when its path has an equals sign', async () => {
    await using home = temporaryHome()
    const folder = home.folder('a=b')
    const program = join(folder, 'show')
    copyFileSync(resolveProgram('printenv', { path: home.env.PATH, cwd: '/' }), program)
    await using watched = await watchPty(home, [program, 'a-b'], { program, env: { ...home.env, 'a-b': 'odd' } })
    expect(await watched.finished()).toEqual({ code: 0, signal: null })
    expect(watched.text()).toBe('odd\r\n')
  })

  it('has the umask, limit and niceness that were asked for, while its owner keeps its own', async (context) => {
    requiresPlatform(context, 'linux')
    await using home = temporaryHome()
    const limitsBefore = readFileSync('/proc/self/limits', 'latin1')
    const maskBefore = process.umask()
    const niceBefore = getPriority()
    const options = { umask: 0o027, openFilesLimit: 123, nice: niceBefore + 3 }
    await using watched = await watchPty(home, ['sh', '-c', 'umask; ulimit -Sn; ulimit -Hn; nice'], options)
    await watched.finished()
    const [umask, soft, hard, nice] = watched.text().trim().split('\r\n')
    expect([umask, soft, nice]).toEqual(['0027', '123', String(niceBefore + 3)])
    expect(hard).not.toBe('123')
    expect(process.umask()).toBe(maskBefore)
    expect(getPriority()).toBe(niceBefore)
    expect(readFileSync('/proc/self/limits', 'latin1')).toBe(limitsBefore)
  })

  it('is hung up when its owner closes it', async () => {
    await using home = temporaryHome()
    await using watched = await watchPty(home, ['sh', '-c', 'echo ready; exec sleep 1000'])
    await watched.saw('ready')
    watched.child.close()
    expect(await watched.child.exited).toEqual({ code: null, signal: 'SIGHUP' })
    watched.child.resize({ cols: 10, rows: 10 })
    await expect(watched.type('x')).rejects.toMatchObject({ code: 'stream-closed' })
    await watched.child.drain(1_000)
  })

  it('leaves no descriptor behind in its owner', async (context) => {
    requiresPlatform(context, 'linux')
    await using home = temporaryHome()
    const open = () => readdirSync('/proc/self/fd').length
    const one = async () => {
      await using watched = await watchPty(home, ['true'])
      await watched.finished()
    }
    await one()
    const before = open()
    for (let round = 0; round < 20; round += 1) await one()
    expect(open()).toBe(before)
  })

  it('is refused where the folder vanished, and where the command is too long', async () => {
    await using home = temporaryHome()
    const command = { program: '/bin/echo', env: home.env, size: { cols: 80, rows: 24 } } as const
    const gone = join(home.root, 'gone')
    await expect(spawnPty({ ...command, argv: ['echo'], cwd: gone })).rejects.toMatchObject({ code: 'program-not-found' })
    const huge = Array.from({ length: 200 }, () => 'x'.repeat(100_000))
    await expect(spawnPty({ ...command, argv: ['echo', ...huge], cwd: '/' })).rejects.toMatchObject({ code: 'command-too-long' })
    await expect(spawnPty({ ...command, argv: ['echo', 'a\0b'], cwd: '/' })).rejects.toMatchObject({ code: 'bad-request' })
  })

  it('is refused clearly where the binding for this platform is missing', () => {
    expect(() => loadBinding('plan9', 'mips')).toThrowError(
      expect.objectContaining({ code: 'platform-unsupported', message: expect.stringContaining('@lydell/node-pty-plan9-mips') }),
    )
  })
})

function splitOnce(text: string, separator: string): [string, string] {
  const at = text.indexOf(separator)
  return [text.slice(0, at), text.slice(at + 1)]
}
