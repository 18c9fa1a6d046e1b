/**
 * The usage database as the daemon writes it: what a session's signals say is taken over once, together with the number of the
 * last of them, so that a death at any moment neither loses nor doubles one. Sums are kept, no single request.
 */
import type { SignalRecord } from '../../api/signal.js'
import { failpoint } from '../../platform/failpoint.js'
import { type Database, inTransaction } from './database.js'
import { type RolledUp, rollUp, type SlotSums, type WindowSample } from './roll-up.js'

/** The session that signals came from. */
export interface UsageSource {
  readonly session: string
  readonly name: string | null
  readonly profile: string
  readonly agent: string
  readonly folder: string
  readonly conversation: string | null
  /** Milliseconds since 1970. */
  readonly createdAt: number
}

export interface TakenOver {
  /** The profile that it is counted for: the session's own, or what that is called now. */
  readonly profile: string
  /** Whether anything was said of the account's allowances. */
  readonly saysWindows: boolean
  readonly missed: number
}

/** An export is repeated within minutes. A session that tells more than this in between has other troubles. */
const KEYS_KEPT = 20_000
/** Of one window of one profile: a rate is made of the latest, and a period has a hundred steps. */
const WINDOW_SAMPLES_KEPT = 1_000

export class UsageStore {
  readonly database: Database

  constructor(database: Database) {
    this.database = database
  }

  /** How far a session is taken over, and how its files looked then. */
  position(session: string): { readonly taken: number; readonly files: string | null } {
    const row = this.database.prepare('SELECT taken, files FROM sources WHERE session = ?').get(session)
    return { taken: Number(row?.taken ?? 0), files: typeof row?.files === 'string' ? row.files : null }
  }

  /**
   * Counts those of the session's signals that are not counted yet. `files` is how their files looked when they were read.
   * @throws the error of the database; then nothing has happened
   */
  takeOver(source: UsageSource, records: readonly SignalRecord[], files: string | null, nowMs: number): TakenOver {
    const taken = inTransaction(this.database, () => {
      const { id, profile, after } = this.#sourceOf(source)
      const seen = this.database.prepare('SELECT 1 FROM seen WHERE source = ? AND key = ?')
      const rolled = rollUp(records, { after, nowMs, isSeen: (key) => seen.get(id, key) !== undefined })
      for (const slot of rolled.slots) this.#addSlot(id, slot)
      this.#addWindows(profile, rolled.windows, nowMs)
      this.#addKeys(id, rolled)
      this.#addStretches(id, rolled.conversations)
      this.database
        .prepare('UPDATE sources SET taken = ?, missed = missed + ?, files = ? WHERE id = ?')
        .run(rolled.last, rolled.missed, files, id)
      failpoint('usage-before-commit')
      return { profile, saysWindows: rolled.windows.length > 0, missed: rolled.missed }
    })
    failpoint('usage-committed')
    return taken
  }

  /** Counts what a transcript tells; inside of a transaction. The profile that it is counted for. */
  addImported(source: UsageSource, sums: SlotSums): string {
    const { id, profile } = this.#sourceOf(source)
    this.database.prepare('UPDATE sources SET imported = 1 WHERE id = ?').run(id)
    this.#addSlot(id, sums)
    return profile
  }

  /** No more of these sessions will be told: their keys are of no use. */
  forgetKeysBut(sessions: readonly string[]): void {
    this.database
      .prepare('DELETE FROM seen WHERE source NOT IN (SELECT id FROM sources WHERE session IN (SELECT value FROM json_each(?)))')
      .run(JSON.stringify(sessions))
  }

  forgetKeys(session: string): void {
    this.database.prepare('DELETE FROM seen WHERE source IN (SELECT id FROM sources WHERE session = ?)').run(session)
  }

  /** With everything in the one file. Where that cannot be written, what lies beside it is taken over by whoever opens it next. */
  close(): void {
    try {
      this.database.exec('PRAGMA wal_checkpoint(TRUNCATE)')
    } finally {
      this.database.close()
    }
  }

  /** What the session is in the database, which may go by another profile by now. */
  #sourceOf(source: UsageSource): { readonly id: number; readonly profile: string; readonly after: number } {
    const { session, name, profile, agent, folder, conversation, createdAt } = source
    this.database
      .prepare(
        `INSERT INTO sources (session, name, profile, agent, folder, conversation, created_at) VALUES (?, ?, ?, ?, ?, ?, ?)
         ON CONFLICT (session) DO UPDATE SET name = excluded.name`,
      )
      .run(session, name, profile, agent, folder, conversation, createdAt)
    const row = this.database.prepare('SELECT id, profile, taken FROM sources WHERE session = ?').get(session)
    return { id: Number(row?.id), profile: String(row?.profile), after: Number(row?.taken) }
  }

  #addSlot(source: number, sums: SlotSums): void {
    const { input, output, cacheRead, cacheCreation, costNanoUsd, requests, unpriced, errors } = sums
    this.database.prepare('INSERT INTO models (name) VALUES (?) ON CONFLICT DO NOTHING').run(sums.model)
    this.database
      .prepare(
        `INSERT INTO slots VALUES (?, (SELECT id FROM models WHERE name = ?), ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
         ON CONFLICT (source, model, slot) DO UPDATE SET
           input = input + excluded.input, output = output + excluded.output, cache_read = cache_read + excluded.cache_read,
           cache_creation = cache_creation + excluded.cache_creation, cost_nano_usd = cost_nano_usd + excluded.cost_nano_usd,
           requests = requests + excluded.requests, unpriced = unpriced + excluded.unpriced, errors = errors + excluded.errors,
           last_at = max(last_at, excluded.last_at)`,
      )
      .run(
        source,
        sums.model,
        sums.slot,
        input,
        output,
        cacheRead,
        cacheCreation,
        costNanoUsd,
        requests,
        unpriced,
        errors,
        sums.lastAt,
      )
  }

  #addWindows(profile: string, windows: readonly WindowSample[], nowMs: number): void {
    if (windows.length === 0) return
    // A clock that was set back: what seems to be of the future was heard before this, and must not stay the latest for long.
    this.database.prepare('UPDATE windows SET at = ? WHERE profile = ? AND at > ?').run(nowMs, profile, nowMs)
    const insert = this.database.prepare('INSERT INTO windows (profile, kind, at, used, resets_at) VALUES (?, ?, ?, ?, ?)')
    for (const { kind, at, usedPercent, resetsAt } of windows) insert.run(profile, kind, at, usedPercent, resetsAt)
    const prune = this.database.prepare(
      `DELETE FROM windows WHERE profile = ?1 AND kind = ?2 AND id NOT IN
         (SELECT id FROM windows WHERE profile = ?1 AND kind = ?2 ORDER BY at DESC, id DESC LIMIT ?3)`,
    )
    for (const kind of new Set(windows.map((window) => window.kind))) prune.run(profile, kind, WINDOW_SAMPLES_KEPT)
  }

  #addStretches(source: number, conversations: ReadonlyMap<string, number>): void {
    const add = this.database.prepare(
      `INSERT INTO stretches VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET last_at = max(last_at, excluded.last_at)`,
    )
    for (const [conversation, at] of conversations) add.run(conversation, source, at)
  }

  #addKeys(source: number, { keys, last }: RolledUp): void {
    const insert = this.database.prepare('INSERT INTO seen VALUES (?, ?, ?)')
    for (const { key, n } of keys) insert.run(source, key, n)
    this.database.prepare('DELETE FROM seen WHERE source = ? AND n <= ?').run(source, last - KEYS_KEPT)
  }
}
