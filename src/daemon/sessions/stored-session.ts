/**
 * A session as its folder tells it. The folder is the truth: the daemon keeps nothing about a session that it could not
 * read here again. A damaged record is told apart from a missing one, and never breaks the reading of the others.
 */
import { statSync } from 'node:fs'
import { join } from 'node:path'
import * as v from 'valibot'
import { ExitRecord, SessionRecord } from '../../api/session-record.js'
import { readJsonIfPresent, writeJsonAtomic } from '../../platform/files/atomic-file.js'
import { isFileLockHeld } from '../../platform/files/file-lock.js'
import { errnoOf, messageOf, PerchError } from '../../platform/perch-error.js'
import { type Liveness, livenessOf } from '../../platform/process/process-identity.js'

export type StoredRecord =
  | { readonly kind: 'record'; readonly record: SessionRecord }
  /** The host has not written it yet, or never did. */
  | { readonly kind: 'missing' }
  | { readonly kind: 'corrupt'; readonly problem: string }

export function readStoredRecord(folder: string): StoredRecord {
  const path = join(folder, 'session.json')
  try {
    const raw = readJsonIfPresent(path)
    if (raw === undefined) return { kind: 'missing' }
    return { kind: 'record', record: v.parse(SessionRecord, raw) }
  } catch (error) {
    return { kind: 'corrupt', problem: `${path}: ${messageOf(error)}` }
  }
}

/**
 * Replaces the record, and returns it.
 * @throws PerchError `not-writable`, `disk-full`
 */
export function writeStoredRecord(folder: string, record: SessionRecord): SessionRecord {
  writeJsonAtomic(join(folder, 'session.json'), record)
  return record
}

/**
 * The exit record, or null while there is none. A damaged one counts as an end of which nothing more is known: the
 * session has ended, for `exit.json` is the last thing a host writes.
 */
export function readExitRecord(folder: string): ExitRecord | null {
  const path = join(folder, 'exit.json')
  try {
    const raw = readJsonIfPresent(path)
    return raw === undefined ? null : v.parse(ExitRecord, raw)
  } catch (error) {
    const isDamaged = error instanceof PerchError || v.isValiError(error) || errnoOf(error) === 'EISDIR'
    if (!isDamaged) throw error
    return lostExit({}, statSync(path).mtime.toISOString())
  }
}

/** The exit record of a session whose host died without writing one. */
export function lostExit(streams: ExitRecord['streams'], endedAt = new Date().toISOString()): ExitRecord {
  return { schema: 1, endedAt, exit: { code: null, signal: null, outcome: 'lost', signalsSent: [] }, streams }
}

/** Whether the session's host lives: its kernel lock says so at once, its identity where the lock is not to be had. */
export function hostLiveness(folder: string, record: SessionRecord | undefined): Liveness {
  try {
    if (isFileLockHeld(join(folder, 'host.lock'))) return 'alive'
  } catch {
    // Too many open files, a read-only file system: says nothing about the host.
    return record ? livenessOf(record.host) : 'unknown'
  }
  return record ? livenessOf(record.host) : 'dead'
}
