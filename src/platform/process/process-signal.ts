/**
 * Signals to processes that are surely meant: a pid alone may belong to somebody else by now. Between the check and the
 * signal a pid could in theory still change hands; Node offers nothing that closes this gap.
 */
import { readFileSync } from 'node:fs'
import { constants } from 'node:os'
import { errnoOf } from '../perch-error.js'
import { bootId, identifyProcess, type ProcessIdentity } from './process-identity.js'

/** `sent`; `gone`: no such process any more; `refused`: it runs as another user. */
export type SignalResult = 'sent' | 'gone' | 'refused'

/** Signals the process if it is still the one identified. */
export function signalProcess(identity: ProcessIdentity, signal: NodeJS.Signals): SignalResult {
  if (identity.bootId !== bootId() || identifyProcess(identity.pid)?.startTime !== identity.startTime) return 'gone'
  return send(identity.pid, signal)
}

/**
 * Signals the process group that the identified process leads, also after that process was collected: its pid cannot be
 * given away while the group has members.
 */
export function signalGroup(leader: ProcessIdentity, signal: NodeJS.Signals): SignalResult {
  if (leader.bootId !== bootId()) return 'gone'
  const holder = identifyProcess(leader.pid)
  if (holder !== undefined && holder.startTime !== leader.startTime) return 'gone'
  return send(-leader.pid, signal)
}

export type SignalDisposition = 'default' | 'ignored' | 'caught' | 'unknown'

/** What the process would do with the signal now; `unknown` where the system does not tell, or the process is gone. */
export function signalDisposition(pid: number, signal: NodeJS.Signals): SignalDisposition {
  if (process.platform !== 'linux') return 'unknown'
  let status: string
  try {
    status = readFileSync(`/proc/${pid}/status`, 'latin1')
  } catch (error) {
    if (errnoOf(error) === 'ENOENT' || errnoOf(error) === 'ESRCH') return 'unknown'
    throw error
  }
  if (isInMask(status, 'SigIgn', signal)) return 'ignored'
  return isInMask(status, 'SigCgt', signal) ? 'caught' : 'default'
}

function isInMask(status: string, mask: 'SigIgn' | 'SigCgt', signal: NodeJS.Signals): boolean {
  const hex = new RegExp(`^${mask}:\\s*([0-9a-f]+)`, 'm').exec(status)?.[1] ?? '0'
  return ((BigInt(`0x${hex}`) >> BigInt(constants.signals[signal] - 1)) & 1n) === 1n
}

function send(target: number, signal: NodeJS.Signals): SignalResult {
  try {
    process.kill(target, signal)
    return 'sent'
  } catch (error) {
    if (errnoOf(error) === 'ESRCH') return 'gone'
    if (errnoOf(error) === 'EPERM') return 'refused'
    throw error
  }
}
