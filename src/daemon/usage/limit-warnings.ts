/**
 * Tells of limits that are nearly reached, once for each period of a window: noted in the database first, with the number of the
 * last event at that moment, then told in the journal, then noted as told. A daemon that died in between is followed by one that
 * looks whether the journal has it.
 */
import * as v from 'valibot'
import { failpoint } from '../../platform/failpoint.js'
import type { PerchPaths } from '../../platform/paths.js'
import { PerchError } from '../../platform/perch-error.js'
import { readProfile } from '../../profiles/store.js'
import { type DaemonLog, errorFields } from '../daemon-log.js'
import type { EventJournal } from '../events/event-journal.js'
import { readEvents } from '../events/event-reader.js'
import type { NewEvent } from '../events/journal-format.js'
import { type Database, inTransaction, type Row } from './database.js'
import { isoDate } from './iso-date.js'
import { decideWarning } from './limit-warning.js'
import type { WindowSample } from './roll-up.js'
import { configuredWarnAt, DEFAULT_WARN_AT } from './usage-config.js'
import { heldWindows } from './usage-sums.js'

export interface LimitWarningsOptions {
  readonly paths: PerchPaths
  readonly log: DaemonLog
  readonly journal: EventJournal
  /** It was told for the first time. */
  readonly onTold: (warning: LimitWarning) => void
  /** Asks the usage database. @throws PerchError `usage-unavailable` */
  readonly ask: <T>(question: (database: Database) => T) => T
}

/** An allowance that is nearly used up. */
export interface LimitWarning {
  readonly profile: string
  readonly window: string
  readonly usedPercent: number
  /** ISO 8601; null where that is not told. */
  readonly resetsAt: string | null
}

/** A line of the journal that tells of a limit. */
const Told = v.looseObject({
  type: v.literal('usage-warning'),
  profile: v.string(),
  window: v.string(),
  resetsAt: v.nullable(v.string()),
})

export class LimitWarnings {
  readonly #options: LimitWarningsOptions

  constructor(options: LimitWarningsOptions) {
    this.#options = options
  }

  /** After something was heard of what an account has left. */
  check(profile: string): void {
    const warnAt = this.#warnAt(profile)
    this.#guarded(() => {
      const due = this.#options.ask((database) => inTransaction(database, () => this.#note(database, profile, warnAt)))
      if (due.length > 0) failpoint('usage-warning-noted')
      for (const sample of due) this.#tell(profile, sample)
    })
  }

  /** What an earlier daemon noted and may not have told, or what could not be written then. */
  async tellPending(): Promise<void> {
    const { ask, log } = this.#options
    try {
      for (const row of ask((database) => database.prepare('SELECT * FROM warnings WHERE told = 0').all())) {
        const [profile, sample] = [String(row.profile), sampleOf(row)]
        if (await this.#isTold(profile, sample, Number(row.after_seq))) this.#noteTold(profile, sample)
        else this.#tell(profile, sample)
      }
    } catch (error) {
      log.warn('warnings of limits were not told', errorFields(error))
    }
  }

  /** Writes down what is to be told, before it is. */
  #note(database: Database, profile: string, warnAt: number): readonly WindowSample[] {
    const due: WindowSample[] = []
    for (const { kind, samples } of heldWindows(database, profile)) {
      const latest = samples.at(-1)
      if (latest === undefined) continue
      const before = database.prepare('SELECT * FROM warnings WHERE profile = ? AND kind = ?').get(profile, kind)
      const decision = decideWarning({ latest, warned: before && sampleOf(before), warnAt, nowMs: Date.now() })
      if (decision === 'nothing') continue
      database.prepare('DELETE FROM warnings WHERE profile = ? AND kind = ?').run(profile, kind)
      if (decision === 'forget') continue
      database
        .prepare('INSERT INTO warnings (profile, kind, at, used, resets_at, after_seq, told) VALUES (?, ?, ?, ?, ?, ?, 0)')
        .run(profile, kind, latest.at, latest.usedPercent, latest.resetsAt, this.#options.journal.seq)
      due.push(latest)
    }
    return due
  }

  #tell(profile: string, sample: WindowSample): void {
    if (!this.#options.journal.append(warningEvent(profile, sample))) return
    failpoint('usage-warning-told')
    this.#noteTold(profile, sample)
    const { kind: window, usedPercent, resetsAt } = sample
    this.#options.onTold({ profile, window, usedPercent, resetsAt: resetsAt === null ? null : isoDate(resetsAt) })
  }

  #noteTold(profile: string, { kind }: WindowSample): void {
    this.#options.ask((database) =>
      database.prepare('UPDATE warnings SET told = 1 WHERE profile = ? AND kind = ?').run(profile, kind),
    )
  }

  async #isTold(profile: string, sample: WindowSample, afterSeq: number): Promise<boolean> {
    const { journal } = this.#options
    const reading = { since: Math.min(afterSeq, journal.seq), until: journal.seq, signal: new AbortController().signal }
    if (reading.since === reading.until) return false
    const { resetsAt } = warningEvent(profile, sample)
    for await (const lines of readEvents(journal, reading)) {
      for (const line of lines.split('\n').filter((text) => text.includes('"usage-warning"'))) {
        const told = v.safeParse(Told, JSON.parse(line))
        if (!told.success) continue
        const { output } = told
        if (output.profile === profile && output.window === sample.kind && output.resetsAt === resetsAt) return true
      }
    }
    return false
  }

  /** A mistake in a file keeps nobody from being warned. */
  #warnAt(profile: string): number {
    const { paths, log } = this.#options
    try {
      return readProfile(paths, profile, process.env).warnAt ?? configuredWarnAt(paths)
    } catch (error) {
      if (!(error instanceof PerchError)) throw error
      log.warn('the threshold of a warning cannot be read', { profile, ...errorFields(error) })
      return DEFAULT_WARN_AT
    }
  }

  #guarded(step: () => void): void {
    try {
      step()
    } catch (error) {
      this.#options.log.warn('a limit was not looked at', errorFields(error))
    }
  }
}

/** The event for everybody. */
export function warningEvent(profile: string, { kind, at, usedPercent, resetsAt }: WindowSample): NewEvent {
  return {
    at: new Date(at).toISOString(),
    type: 'usage-warning',
    session: null,
    name: null,
    profile,
    window: kind,
    usedPercent,
    resetsAt: resetsAt === null ? null : isoDate(resetsAt),
  }
}

function sampleOf(row: Row): WindowSample {
  const resetsAt = row.resets_at === null ? null : Number(row.resets_at)
  return { kind: String(row.kind), at: Number(row.at), usedPercent: Number(row.used), resetsAt }
}
