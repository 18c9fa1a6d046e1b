/**
 * Finds the processes that a test started, however far they detached themselves: those with the test's folder in their
 * environment or command line, and the children of this worker. It ends only what it identified, start time included.
 */
import { execFileSync } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { identifyProcess, linuxStat, livenessOf, type ProcessIdentity } from '../../src/platform/process/process-identity.js'

export interface SeenProcess extends ProcessIdentity {
  readonly command: string
  /** `NAME=VALUE` pairs, as the process was started. */
  readonly environment: readonly string[]
}

/** The compiler's service process belongs to the tool chain: it ends with the worker. */
const TOOLCHAIN = /[\\/]@?esbuild[\\/]/

/** Live processes that carry `mark` (the path of a test's folder) in their environment or command line. */
export function processesMarked(mark: string): readonly SeenProcess[] {
  return lookAround((command, environment) => command.includes(mark) || environment.some((pair) => pair.includes(mark)))
}

/** Live children of this process that a test started. */
export function childrenOfThisProcess(): readonly SeenProcess[] {
  return process.platform === 'linux' ? lookAround((_, __, pid) => linuxStat(pid)?.ppid === process.pid) : []
}

/** SIGKILL, if it is still the same process. */
export function endProcess(identity: ProcessIdentity, signal: NodeJS.Signals = 'SIGKILL'): void {
  if (livenessOf(identity) === 'dead') return
  try {
    process.kill(identity.pid, signal)
  } catch (error) {
    if (livenessOf(identity) !== 'dead') throw error
  }
}

function lookAround(wanted: (command: string, environment: readonly string[], pid: number) => boolean): readonly SeenProcess[] {
  const found: SeenProcess[] = []
  for (const { pid, command, environment } of process.platform === 'linux' ? processesOfLinux() : processesOfPs()) {
    if (pid === process.pid || TOOLCHAIN.test(command) || !wanted(command, environment, pid)) continue
    const identity = identifyProcess(pid)
    if (identity !== undefined && livenessOf(identity) === 'alive') found.push({ ...identity, command, environment })
  }
  return found
}

interface TableRow {
  readonly pid: number
  readonly command: string
  readonly environment: readonly string[]
}

function* processesOfLinux(): Generator<TableRow> {
  for (const name of readdirSync('/proc')) {
    if (!/^\d+$/.test(name)) continue
    try {
      const command = readFileSync(`/proc/${name}/cmdline`, 'utf8').replaceAll('\0', ' ').trim()
      const environment = readFileSync(`/proc/${name}/environ`, 'utf8').split('\0')
      yield { pid: Number(name), command, environment }
    } catch {
      // Ended meanwhile, or another user's: not one of ours either way.
    }
  }
}

function* processesOfPs(): Generator<TableRow> {
  // macOS shows the environment behind the command, in one line.
  const table = execFileSync('ps', ['-axEww', '-o', 'pid=,command='], { encoding: 'utf8', maxBuffer: 64 * 1024 * 1024 })
  for (const line of table.split('\n')) {
    const [, pid, command] = /^\s*(\d+)\s+(.*)$/.exec(line) ?? []
    if (pid !== undefined && command !== undefined) yield { pid: Number(pid), command, environment: command.split(' ') }
  }
}
