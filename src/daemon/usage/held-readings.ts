/**
 * What sessions told that were removed while the database could not be written: held in memory until it can. Bounded; what is lost by
 * that is logged.
 */
import type { SignalRecord } from '../../api/signal.js'
import type { DaemonLog } from '../daemon-log.js'
import type { UsageSource } from './usage-store.js'

/** What was read of a session and is not in the database yet. */
export interface Reading {
  readonly source: UsageSource
  readonly records: readonly SignalRecord[]
  readonly files: string | null
}

const SESSIONS_LIMIT = 100

export class HeldReadings {
  readonly #log: DaemonLog
  readonly #held: Reading[] = []

  constructor(log: DaemonLog) {
    this.#log = log
  }

  hold(reading: Reading): void {
    this.#held.push(reading)
    const dropped = this.#held.length > SESSIONS_LIMIT ? this.#held.shift() : undefined
    if (dropped) this.#log.warn('usage of a removed session is lost', { session: dropped.source.session })
  }

  /** Nothing of it is held any more. */
  takeAll(): readonly Reading[] {
    return this.#held.splice(0)
  }
}
