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
  return lookAround((row) => carries(row, mark))
}

/** Live children of this process that a test started. */
export function childrenOfThisProcess(): readonly SeenProcess[] {
  return process.platform === 'linux' ? lookAround(({ parent }) => parent === process.pid) : []
}

/** Both of these, with one look at the processes of the machine: it is taken twice for each test. */
export function processesOfThisFile(mark: string): readonly SeenProcess[] {
  return lookAround((row) => carries(row, mark) || row.parent === process.pid)
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

interface TableRow {
  readonly pid: number
  /** Null where it is not known. */
  readonly parent: number | null
  readonly command: string
  readonly environment: readonly string[]
}

function carries({ command, environment }: TableRow, mark: string): boolean {
  return command.includes(mark) || environment.some((pair) => pair.includes(mark))
}

function lookAround(wanted: (row: TableRow) => boolean): readonly SeenProcess[] {
  const found: SeenProcess[] = []
  for (const row of process.platform === 'linux' ? processesOfLinux() : processesOfPs()) {
    const { pid, command, environment } = row
    if (pid === process.pid || TOOLCHAIN.test(command) || !wanted(row)) continue
    const identity = identifyProcess(pid)
    if (identity !== undefined && livenessOf(identity) === 'alive') found.push({ ...identity, command, environment })
  }
  return found
}

function* processesOfLinux(): Generator<TableRow> {
  const ownStart = Number(linuxStat(process.pid)?.startTime)
  for (const name of readdirSync('/proc')) {
    if (!/^\d+$/.test(name)) continue
    try {
      const stat = linuxStat(Number(name))
      // What is older than this process was not started by it.
      if (stat === undefined || Number(stat.startTime) < ownStart) continue
      const command = readFileSync(`/proc/${name}/cmdline`, 'utf8').replaceAll('\0', ' ').trim()
      const environment = readFileSync(`/proc/${name}/environ`, 'utf8').split('\0')
      yield { pid: Number(name), parent: stat.ppid, command, environment }
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
    if (pid !== undefined && command !== undefined)
      yield { pid: Number(pid), parent: null, command, environment: command.split(' ') }
  }
}
