/**
 * All processes of this machine as data: from /proc on Linux, from `ps` elsewhere. A snapshot: a process may be gone, and
 * another started, by the time it is looked at.
 */
import { execFileSync } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { errnoOf } from '../perch-error.js'
import { linuxStat } from './process-identity.js'

export interface ProcessEntry {
  readonly pid: number
  readonly ppid: number
  readonly group: number
  /** Id of its session; on macOS, where `ps` does not tell, its group. */
  readonly session: number
  /** Comparable with the start time of a `ProcessIdentity`. */
  readonly startTime: string
  readonly isZombie: boolean
}

export interface ProcessTable {
  readonly entries: readonly ProcessEntry[]
  /** The value of a variable in the environment that the process started with; undefined when absent or unreadable. */
  variableOf(pid: number, name: string): string | undefined
}

/** The processes of this moment. */
export function readProcessTable(): ProcessTable {
  return process.platform === 'linux' ? linuxTable() : parsePsTable(runPs())
}

function linuxTable(): ProcessTable {
  const entries: ProcessEntry[] = []
  for (const name of readdirSync('/proc')) {
    const pid = Number(name)
    const stat = Number.isInteger(pid) ? linuxStat(pid) : undefined
    if (stat === undefined) continue
    const { ppid, pgrp, session, startTime, state } = stat
    entries.push({ pid, ppid, group: pgrp, session, startTime, isZombie: state === 'Z' || state === 'X' })
  }
  const environments = new Map<number, string>()
  const environmentOf = (pid: number) => {
    const known = environments.get(pid) ?? `\0${readLinuxEnvironment(pid)}`
    environments.set(pid, known)
    return known
  }
  return { entries, variableOf: (pid, name) => valueIn(environmentOf(pid), `\0${name}=`, '\0') }
}

function readLinuxEnvironment(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/environ`, 'latin1')
  } catch (error) {
    // Gone meanwhile, or not ours to look into: such a process could not be signalled either.
    const expected = ['ENOENT', 'ESRCH', 'EACCES', 'EPERM']
    if (expected.includes(errnoOf(error) ?? '')) return ''
    throw error
  }
}

/** pid, ppid, group, state, the five words of the start date, then the command with its environment. */
const PS_LINE = /^\s*(\d+)\s+(\d+)\s+(\d+)\s+(\S+)\s+((?:\S+\s+){4}\S+)\s?(.*)$/

/** The table from the output of `ps -o pid=,ppid=,pgid=,stat=,lstart=,command=` with environments. */
export function parsePsTable(text: string): ProcessTable {
  const entries: ProcessEntry[] = []
  const commands = new Map<number, string>()
  for (const line of text.split('\n')) {
    const [, pid, ppid, group, state, startTime, command] = PS_LINE.exec(line) ?? []
    if (startTime === undefined) continue
    commands.set(Number(pid), ` ${command}`)
    entries.push({
      pid: Number(pid),
      ppid: Number(ppid),
      group: Number(group),
      session: Number(group),
      startTime: startTime.trim(),
      isZombie: state?.startsWith('Z') ?? false,
    })
  }
  return { entries, variableOf: (pid, name) => valueIn(commands.get(pid) ?? '', ` ${name}=`, ' ') }
}

function runPs(): string {
  return execFileSync('ps', ['-A', '-E', '-ww', '-o', 'pid=,ppid=,pgid=,stat=,lstart=,command='], {
    encoding: 'utf8',
    env: { ...process.env, LC_ALL: 'C' },
    maxBuffer: PS_OUTPUT_BYTES,
  })
}

/** Thousands of processes with environments of some KiB each. */
const PS_OUTPUT_BYTES = 64 * 1024 * 1024

function valueIn(environment: string, before: string, after: string): string | undefined {
  const start = environment.indexOf(before)
  if (start === -1) return undefined
  const end = environment.indexOf(after, start + before.length)
  return environment.slice(start + before.length, end === -1 ? undefined : end)
}
