/**
 * Whether clauth or claude-swap runs. Both refresh the logins that they keep, from memory and in the background: one that is
 * moved away under them would be spent by them a moment later.
 */
import { execFileSync } from 'node:child_process'
import { readdirSync, readFileSync, statSync } from 'node:fs'
import { basename } from 'node:path'
import { errnoOf } from '../platform/perch-error.js'
import type { SourceName } from './found-account.js'

const PROGRAMS: Readonly<Record<string, SourceName>> = {
  clauth: 'clauth',
  cswap: 'claude-swap',
  'claude-swap': 'claude-swap',
  claude_swap: 'claude-swap',
}

/** What runs a program that is named behind it: `python /usr/bin/cswap auto`, `python -m claude_swap`. */
const INTERPRETER = /^(python|uv)/

/** How long `ps` may take where there is no /proc. */
const PS_TIMEOUT_MS = 5_000

/** One process for each of them that runs. */
export function runningSwitchers(): ReadonlyMap<SourceName, number> {
  const running = new Map<SourceName, number>()
  for (const { pid, words } of process.platform === 'linux' ? ownProcesses() : listedProcesses()) {
    const source = switcherIn(words)
    if (source !== undefined && pid !== process.pid) running.set(source, pid)
  }
  return running
}

/** Which of them a command line is of. Pure. */
export function switcherIn(words: readonly string[]): SourceName | undefined {
  const [program = '', ...rest] = words.map((word) => basename(word))
  const names = INTERPRETER.test(program) ? [program, ...rest.slice(0, 2)] : [program]
  return names.flatMap((name) => (Object.hasOwn(PROGRAMS, name) ? PROGRAMS[name] : undefined) ?? [])[0]
}

interface CommandLine {
  readonly pid: number
  readonly words: readonly string[]
}

function ownProcesses(): readonly CommandLine[] {
  return readdirSync('/proc').flatMap((name) => {
    const pid = Number(name)
    if (!Number.isInteger(pid)) return []
    try {
      if (statSync(`/proc/${pid}`).uid !== process.geteuid?.()) return []
      return [{ pid, words: readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0') }]
    } catch (error) {
      // Gone meanwhile, or closed to this user.
      if (['ENOENT', 'ESRCH', 'EACCES', 'EPERM'].includes(errnoOf(error) ?? '')) return []
      throw error
    }
  })
}

/** On Windows nobody can be asked this way: the person is told to end them (docs/moving-in.md). */
function listedProcesses(): readonly CommandLine[] {
  if (process.platform === 'win32') return []
  const text = execFileSync('ps', ['-x', '-o', 'pid=,command='], { encoding: 'utf8', timeout: PS_TIMEOUT_MS })
  return text.split('\n').map((line) => {
    const [pid = '', ...words] = line.trim().split(/\s+/)
    return { pid: Number(pid), words }
  })
}
