/**
 * Which process is meant, beyond its pid: pid + start time + boot id. Only an answer that is certain says "dead";
 * everything else is "alive" or "unknown", and callers treat unknown as alive.
 */
import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { errnoOf } from '../perch-error.js'

export interface ProcessIdentity {
  readonly pid: number
  /** Opaque, comparable on one machine and boot: clock ticks since boot on Linux, the start date elsewhere. */
  readonly startTime: string
  readonly bootId: string
}

export type Liveness = 'alive' | 'dead' | 'unknown'

let knownBootId: string | undefined

/** This boot of this machine. */
export function bootId(): string {
  knownBootId ??= readBootId()
  return knownBootId
}

/** The identity of a running process; undefined when there is none with this pid. A zombie still has one. */
export function identifyProcess(pid: number): ProcessIdentity | undefined {
  const startTime = process.platform === 'linux' ? linuxStartTime(pid) : psStartTime(pid)
  return startTime === undefined ? undefined : { pid, startTime, bootId: bootId() }
}

/** Whether the identified process still runs. A zombie is dead: it only waits for its parent to collect it. */
export function livenessOf(identity: ProcessIdentity): Liveness {
  if (identity.bootId !== bootId()) return 'dead'
  try {
    process.kill(identity.pid, 0)
  } catch (error) {
    if (errnoOf(error) === 'ESRCH') return 'dead'
    if (errnoOf(error) !== 'EPERM') return 'unknown'
  }
  try {
    if (process.platform === 'linux' && linuxStat(identity.pid)?.state === 'Z') return 'dead'
    const now = identifyProcess(identity.pid)
    if (now === undefined) return 'unknown'
    return now.startTime === identity.startTime ? 'alive' : 'dead'
  } catch {
    // EMFILE, EACCES and the like say nothing about the process (an earlier tool read them as "dead").
    return 'unknown'
  }
}

export interface LinuxStat {
  readonly state: string
  readonly ppid: number
  readonly pgrp: number
  readonly session: number
  /** Foreground process group of the controlling terminal; -1 where there is none. */
  readonly foregroundGroup: number
  readonly startTime: string
}

/** The fields of /proc/PID/stat that perch uses; undefined when the process is gone. Linux only. */
export function linuxStat(pid: number): LinuxStat | undefined {
  let text: string
  try {
    // UTF-8, which Node reads in one call: a program's name that is none does no harm.
    text = readFileSync(`/proc/${pid}/stat`, 'utf8')
  } catch (error) {
    if (errnoOf(error) === 'ENOENT' || errnoOf(error) === 'ESRCH') return undefined
    throw error
  }
  // The second field is the program's name in parentheses and may itself hold spaces and parentheses.
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ')
  const [state, ppid, pgrp, session, , foregroundGroup] = fields
  const startTime = fields[19]
  if (state === undefined || startTime === undefined) return undefined
  return {
    state,
    ppid: Number(ppid),
    pgrp: Number(pgrp),
    session: Number(session),
    foregroundGroup: Number(foregroundGroup),
    startTime,
  }
}

function linuxStartTime(pid: number): string | undefined {
  return linuxStat(pid)?.startTime
}

function psStartTime(pid: number): string | undefined {
  try {
    const text = execFileSync('ps', ['-o', 'lstart=', '-p', String(pid)], {
      encoding: 'utf8',
      env: { ...process.env, LC_ALL: 'C' },
    })
    return text.trim() || undefined
  } catch (error) {
    if (error instanceof Error && 'status' in error && error.status === 1) return undefined
    throw error
  }
}

function readBootId(): string {
  if (process.platform === 'linux') return readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim()
  return execFileSync('sysctl', ['-n', 'kern.boottime'], { encoding: 'utf8' }).trim()
}
