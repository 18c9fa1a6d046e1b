/**
 * The command that starts a child. What only the child itself can take on, its soft limit of open files and its controlling
 * terminal, a small `/bin/sh` takes on and becomes the program by `exec`, so the pid stays the child's. Decides only;
 * `launch.ts` runs it.
 */
import { getPriority } from 'node:os'
import { openFilesLimitOf } from './open-files-limit.js'
import type { SpawnOptions } from './owned-process.js'
import { resolveProgram } from './resolve-program.js'

export interface LaunchCommand {
  readonly file: string
  readonly args: readonly string[]
  readonly argv0?: string | undefined
  readonly env: Readonly<Record<string, string>>
}

/** The slave's path arrives on stdin: the pair is opened after the fork, so that neither end can leak into the child. */
const TAKE_TERMINAL = 'IFS= read -r p && exec "$@" <>"$p" >&0 2>&0'
const TAKE_LIMIT = 'ulimit -Sn "$1" 2>/dev/null; shift; '
const IDENTIFIER = /^[A-Za-z_][A-Za-z0-9_]*$/

/**
 * Variables that dash or bash, as /bin/sh, replaces by its own values or acts on (a bad OPTIND ends dash). They take the
 * way through `env`, like the names that are no identifiers, which dash drops. PWD and SHLVL are left to the shell.
 */
const OWNED_BY_THE_SHELL = new Set(
  'IFS OPTIND PPID PS1 PS2 PS4 LINENO RANDOM SRANDOM EPOCHSECONDS SHELLOPTS BASHOPTS POSIXLY_CORRECT BASH BASH_VERSION BASH_ARGV0'.split(
    ' ',
  ),
)

/** The launcher of a PTY child: waits on its stdin for the path of the terminal that it is to take. */
export function terminalLauncher(options: SpawnOptions): LaunchCommand {
  const limit = options.openFilesLimit
  return throughShell(options, limit === undefined ? TAKE_TERMINAL : TAKE_LIMIT + TAKE_TERMINAL, limit)
}

/** The command of a pipe child: the program itself where this process's own limit and niceness are the wanted ones. */
export function pipeLauncher(options: SpawnOptions, ownLimit: number | undefined = openFilesLimitOf(process.pid)): LaunchCommand {
  const limit = options.openFilesLimit === ownLimit ? undefined : options.openFilesLimit
  if (limit !== undefined) return throughShell(options, `${TAKE_LIMIT}exec "$@"`, limit)
  if (nicePrefix(options).length > 0) return throughShell(options, 'exec "$@"', undefined)
  const [argv0, ...args] = options.argv
  return { file: options.program, args, argv0, env: options.env }
}

function throughShell(options: SpawnOptions, script: string, limit: number | undefined): LaunchCommand {
  const env: Record<string, string> = {}
  // As arguments these can be seen by other users until the program takes over, some milliseconds: hence only these. They
  // cost no room, since the kernel bounds arguments and environment together, and both by 128 KiB each (execve(2)).
  const odd: string[] = []
  for (const [name, value] of Object.entries(options.env)) {
    if (IDENTIFIER.test(name) && !OWNED_BY_THE_SHELL.has(name)) env[name] = value
    else odd.push(`${name}=${value}`)
  }
  const word = commandWord(options)
  const nice = nicePrefix(options)
  // `env` would take a program with "=" in its path for one more variable; `nice` takes it as it is.
  const guard = odd.length > 0 && nice.length === 0 && word.includes('=') ? [niceProgram(), '-n', '0'] : nice
  const prefix = odd.length > 0 ? ['/usr/bin/env', '--', ...odd, ...guard] : guard
  const limits = limit === undefined ? [] : [String(limit)]
  return { file: '/bin/sh', args: ['-c', script, 'sh', ...limits, ...prefix, word, ...options.argv.slice(1)], env }
}

/**
 * What runs the command at another niceness than this process's: `setPriority` from outside would come after the child's
 * first own children. Nothing where it would take a privilege: the child then keeps the niceness of this process.
 */
function nicePrefix({ nice }: SpawnOptions): readonly string[] {
  const change = nice === undefined ? 0 : nice - getPriority()
  const isAllowed = change > 0 || process.geteuid?.() === 0
  return change !== 0 && isAllowed ? [niceProgram(), '-n', String(change)] : []
}

/** By its path: the PATH of the child may lead elsewhere. */
function niceProgram(): string {
  return resolveProgram('nice', { path: undefined, cwd: '/' })
}

/**
 * What the shell is told to run. `exec` has no portable way to set argv[0] apart from the path, so the child sees the
 * name as asked wherever the shell's own lookup of that name finds the same program, and the absolute path otherwise.
 */
function commandWord(options: SpawnOptions): string {
  const [name] = options.argv
  const path = options.env.PATH
  // dash gives "%" in PATH a meaning of its own.
  if (path === undefined || path.includes('%') || name.startsWith('-')) return options.program
  try {
    return resolveProgram(name, { path, cwd: options.cwd }) === options.program ? name : options.program
  } catch {
    // A name that leads nowhere, like a made-up title: only the path will do.
    return options.program
  }
}
