/**
 * Of which states of which sessions somebody was told: `notified.json`, written before they are, so that the next daemon does not
 * tell it again. A disk that takes nothing costs only that.
 */
import * as v from 'valibot'
import { TextRecord } from '../../api/text-record.js'
import { readJsonIfPresent, writeJsonAtomic } from '../../platform/files/atomic-file.js'
import { type DaemonLog, errorFields } from '../daemon-log.js'

/** By session, since when it was in the state. */
const Told = v.looseObject({ schema: v.literal(1), since: TextRecord })

export class ToldFile {
  readonly #path: string
  readonly #log: DaemonLog
  #since: Map<string, string> | undefined
  #isFailing = false

  constructor(path: string, log: DaemonLog) {
    this.#path = path
    this.#log = log
  }

  since(session: string): string | undefined {
    return this.#read().get(session)
  }

  /** What is remembered of sessions that are not `known` any more is dropped. */
  note(session: string, since: string, known: (session: string) => boolean): void {
    const told = this.#read()
    told.set(session, since)
    for (const id of [...told.keys()]) if (!known(id)) told.delete(id)
    try {
      writeJsonAtomic(this.#path, { schema: 1, since: Object.fromEntries(told) })
      this.#isFailing = false
    } catch (error) {
      if (!this.#isFailing) this.#log.warn('that somebody was notified cannot be written down', errorFields(error))
      this.#isFailing = true
    }
  }

  /** A file that cannot be read is one that says nothing. */
  #read(): Map<string, string> {
    if (this.#since) return this.#since
    let stored: unknown
    try {
      stored = readJsonIfPresent(this.#path)
    } catch (error) {
      this.#log.warn('of whom was notified nothing can be read', errorFields(error))
    }
    const parsed = v.safeParse(Told, stored)
    this.#since = new Map(parsed.success ? Object.entries(parsed.output.since) : [])
    return this.#since
  }
}
