/**
 * What a session's folder says of it: the record and the exit, each read again until it is there. A folder that cannot be
 * read now says nothing new, so that one session in trouble never keeps the others out of a list.
 */
import { statSync } from 'node:fs'
import type { ExitRecord, SessionRecord } from '../../api/session-record.js'
import { PerchError } from '../../platform/perch-error.js'
import { livenessOf } from '../../platform/process/process-identity.js'
import { type DerivedState, deriveState } from './derive-state.js'
import { hostLiveness, readExitRecord, readStoredRecord, type StoredRecord, writeStoredRecord } from './stored-session.js'

export class SessionFiles {
  readonly folder: string
  #stored: StoredRecord = { kind: 'missing' }
  #exit: ExitRecord | null = null

  constructor(folder: string) {
    this.folder = folder
    this.refresh()
  }

  /** Undefined when `session.json` cannot be read. */
  get record(): SessionRecord | undefined {
    return this.#stored.kind === 'record' ? this.#stored.record : undefined
  }

  /** What is wrong with `session.json`. */
  get problem(): string | undefined {
    return this.#stored.kind === 'corrupt' ? this.#stored.problem : undefined
  }

  get hasRecord(): boolean {
    return this.#stored.kind !== 'missing'
  }

  get exit(): ExitRecord | null {
    return this.#exit
  }

  get createdAt(): string {
    return this.record?.createdAt ?? statSync(this.folder, { throwIfNoEntry: false })?.mtime.toISOString() ?? ''
  }

  /** Looks again at what may have changed. */
  refresh(): void {
    if (!this.record?.child) this.#stored = readStoredRecord(this.folder)
    this.#exit ??= this.#readExit()
  }

  /**
   * Gives the session another name. The host has written the record for the last time when the child is in it.
   * @throws PerchError `corrupt-session`, `not-writable`, `disk-full`
   */
  rename(name: string): void {
    const { record } = this
    if (record === undefined) throw new PerchError('corrupt-session', this.problem ?? `${this.folder} has no record`)
    this.#stored = { kind: 'record', record: writeStoredRecord(this.folder, { ...record, name }) }
  }

  /** What follows from it, and from which of the processes that it names still run. */
  derive(isHostConnected: boolean): DerivedState {
    const { record, exit } = this
    // What has ended is not looked at any more: a thousand ended sessions cost a list nothing.
    if (exit) return deriveState({ host: 'dead', child: null, outcome: exit.exit.outcome })
    const host = isHostConnected ? 'alive' : hostLiveness(this.folder, record)
    return deriveState({
      host,
      // Only what a dead host left behind must be looked at.
      child: record?.child ? (host === 'alive' ? 'alive' : livenessOf(record.child)) : null,
      outcome: null,
    })
  }

  #readExit(): ExitRecord | null {
    try {
      return readExitRecord(this.folder)
    } catch {
      // Too many open files, a folder that may not be read: neither is an end, and whoever needs the file is told why.
      return null
    }
  }
}
