/**
 * Proof on disk that live processes use something (a profile's runtime). A lease is `<path>` (JSON, who) beside
 * `<path>.lock` (a kernel lock that its host holds). It is live while the lock is held or one of its processes lives;
 * whatever cannot be told for certain counts as live.
 */
import { rmSync } from 'node:fs'
import * as v from 'valibot'
import { type Liveness, livenessOf, type ProcessIdentity } from '../process/process-identity.js'
import { readJsonIfPresent, writeJsonAtomic } from './atomic-file.js'
import { type FileLock, isFileLockHeld, waitForFileLock } from './file-lock.js'

const Identity = v.looseObject({ pid: v.number(), startTime: v.string(), bootId: v.string() })
const LeaseRecord = v.looseObject({ id: v.string(), takenAt: v.string(), processes: v.array(Identity) })
export type LeaseRecord = v.InferOutput<typeof LeaseRecord>

/** How long a holder waits for the lock of its own lease: somebody may just be asking whether it is held. */
const HOLD_TIMEOUT_MS = 2_000

/** Durable: one that a power cut has emptied could not be told from that of a live process. */
export function createLease(path: string, id: string, holder: ProcessIdentity): void {
  writeJsonAtomic(path, { id, takenAt: new Date().toISOString(), processes: [holder] }, { durable: true })
}

/** Holds the lease as this process: to be kept until the process ends. */
export function holdLease(path: string): Promise<FileLock> {
  return waitForFileLock(`${path}.lock`, { timeoutMs: HOLD_TIMEOUT_MS, what: 'the lease of the session' })
}

/** Adds a process whose life keeps the lease live. Only the lease's holder calls this. */
export function addLeaseProcess(path: string, identity: ProcessIdentity): void {
  const record = v.parse(LeaseRecord, readJsonIfPresent(path))
  writeJsonAtomic(path, { ...record, processes: [...record.processes, identity] })
}

/** Whether the lease still stands for a live process. */
export function leaseLiveness(path: string): Liveness {
  try {
    if (isFileLockHeld(`${path}.lock`)) return 'alive'
    const raw = readJsonIfPresent(path)
    if (raw === undefined) return 'dead'
    const states = v.parse(LeaseRecord, raw).processes.map(livenessOf)
    if (states.includes('alive')) return 'alive'
    return states.includes('unknown') ? 'unknown' : 'dead'
  } catch {
    return 'unknown'
  }
}

/** Drops the lease. Dropping one that is gone does nothing. A kill in between leaves one that is found, and dropped, again. */
export function dropLease(path: string): void {
  rmSync(`${path}.lock`, { force: true })
  rmSync(path, { force: true })
}
