import { execFileSync, spawnSync } from 'node:child_process'
import { symlinkSync } from 'node:fs'
import { getPriority } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { pipeLauncher, terminalLauncher } from '../../../src/platform/process/launcher.js'
import type { SpawnOptions } from '../../../src/platform/process/owned-process.js'
import { resolveProgram } from '../../../src/platform/process/resolve-program.js'
import { requires } from '../../kit/requirement.js'
import { temporaryHome } from '../../kit/temporary-home.js'

const options: SpawnOptions = { program: '/bin/sh', argv: ['sh', '-c', 'true'], cwd: '/', env: { PATH: '/bin', PLAIN: '1' } }

describe('the command that launches a child', () => {
  it('is the program itself on pipes, where nothing is to be changed first', () => {
    const direct = { file: '/bin/sh', argv0: 'sh', args: ['-c', 'true'], env: options.env }
    expect(pipeLauncher(options, 1024)).toEqual(direct)
    expect(pipeLauncher({ ...options, openFilesLimit: 1024 }, 1024)).toEqual(direct)
  })

  it('is a shell where the limit of open files differs, and always for a terminal', () => {
    const limited = pipeLauncher({ ...options, openFilesLimit: 256 }, 1024)
    expect(limited.file).toBe('/bin/sh')
    expect(limited.args.slice(2)).toEqual(['sh', '256', 'sh', '-c', 'true'])
    expect(terminalLauncher(options).args.slice(2)).toEqual(['sh', 'sh', '-c', 'true'])
  })

  it('goes through nice only for another niceness than the own', () => {
    const own = getPriority()
    expect(pipeLauncher({ ...options, nice: own }, 1024).file).toBe('/bin/sh')
    expect(pipeLauncher({ ...options, nice: own }, 1024).args).toEqual(['-c', 'true'])
    expect(pipeLauncher({ ...options, nice: own + 4 }, 1024).args.slice(3)).toEqual([
      expect.stringMatching(/\/nice$/),
      '-n',
      '4',
      'sh',
      '-c',
      'true',
    ])
  })

  it('puts no word of the command into the script', () => {
    const hostile = ['$(id)', '`id`', '; exit', "'", '"', '\\']
    const { args } = terminalLauncher({ ...options, argv: ['sh', ...hostile] })
    expect(args.slice(4)).toEqual(hostile)
    for (const word of hostile.slice(0, 3)) expect(args[1]).not.toContain(word)
  })

  it('hands only the variables that a shell would drop or change through env', () => {
    const { args, env } = terminalLauncher({ ...options, env: { ...options.env, SECRET: 's', 'a-b': '1', IFS: ':' } })
    expect(env).toEqual({ PATH: '/bin', PLAIN: '1', SECRET: 's' })
    expect(args.slice(3)).toEqual(['/usr/bin/env', '--', 'a-b=1', 'IFS=:', 'sh', '-c', 'true'])
  })

  it.each([
    ['a name that leads elsewhere', { program: '/bin/cat' }],
    ['a title', { argv: ['my title', '-c', 'true'] }],
    ['a login shell', { argv: ['-sh', '-c', 'true'] }],
    ['no PATH', { env: {} }],
    ['a PATH with a percent sign', { env: { PATH: '/bin:/opt/%builtin' } }],
  ] satisfies [string, Partial<SpawnOptions>][])('calls the program by its path with %s', (_, change) => {
    const changed = { ...options, ...change }
    expect(terminalLauncher(changed).args[3]).toBe(changed.program)
  })
})

describe.each(['dash', 'bash'] as const)('with %s as /bin/sh', (shell) => {
  it('every variable arrives as it is', async (context) => {
    requires(context, shell)
    await using home = temporaryHome()
    const sh = join(home.root, 'sh')
    symlinkSync(resolveProgram(shell, { path: home.env.PATH, cwd: '/' }), sh)
    const names =
      'IFS PS1 PS2 PS4 OPTIND OPTARG PPID LINENO RANDOM SHELLOPTS BASHOPTS POSIXLY_CORRECT ENV BASH_ENV TERM a-b x.y 1x'
    const env: Record<string, string> = { PATH: home.env.PATH ?? '', 'BASH_FUNC_read%%': '() { exit 66; }' }
    for (const name of names.split(' ')) env[name] = 'a value'
    const limited = { program: '/usr/bin/env', argv: ['env', '-0'], cwd: home.home, env, openFilesLimit: 200 } as const
    const { args, env: passed } = pipeLauncher(limited, undefined)
    const printed = execFileSync(sh, args, { env: passed, cwd: home.home, encoding: 'utf8' })
    const seen = Object.fromEntries(
      printed
        .split('\0')
        .filter(Boolean)
        .map((pair) => pair.split(/=(.*)/s, 2)),
    )
    // What a shell adds by itself: where it is, how deep, and what it ran last.
    for (const added of ['PWD', 'OLDPWD', 'SHLVL', '_']) delete seen[added]
    expect(seen).toEqual(env)
  })

  it('a limit that cannot be set does not keep the program from running', async (context) => {
    requires(context, shell)
    await using home = temporaryHome()
    const sh = join(home.root, 'sh')
    symlinkSync(resolveProgram(shell, { path: home.env.PATH, cwd: '/' }), sh)
    const { args, env } = pipeLauncher({ ...options, argv: ['sh', '-c', 'echo ran'], openFilesLimit: 2 ** 40 }, undefined)
    const { stdout, stderr, status } = spawnSync(sh, args, { env, encoding: 'utf8' })
    expect({ stdout, stderr, status }).toEqual({ stdout: 'ran\n', stderr: '', status: 0 })
  })
})
