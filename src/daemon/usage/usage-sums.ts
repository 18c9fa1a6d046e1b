/** What the usage database answers: sums since a moment, by profile and by the groupings that can be asked for, and the windows as last heard. */
import type { UsageGrouping } from '../../api/usage.js'
import type { Database, Row, Value } from './database.js'
import { type Days, dayText } from './days.js'
import { added, type Sums, type WindowSample } from './roll-up.js'

export interface SumsQuery {
  readonly profile: string | undefined
  /** The beginning of a quarter of an hour (ms); everything when undefined. */
  readonly since: number | undefined
}

export interface ProfileSums extends Sums {
  readonly profile: string
  /** Ms. */
  readonly lastAt: number
}

export interface GroupSums extends ProfileSums {
  readonly key: string
  readonly name?: string | null
}

export interface ProfileWindows {
  readonly profile: string
  readonly kind: string
  /** The latest last. */
  readonly samples: readonly WindowSample[]
}

const SUMS = `sum(input) AS input, sum(output) AS output, sum(cache_read) AS cache_read, sum(cache_creation) AS cache_creation,
  sum(cost_nano_usd) AS cost_nano_usd, sum(requests) AS requests, sum(unpriced) AS unpriced, sum(errors) AS errors,
  max(last_at) AS last_at`

/** Imported usage goes by its conversation; what is long ago is folded, and goes by no session any more. */
const SESSION = `CASE WHEN folded THEN '(older)' WHEN imported THEN conversation ELSE session END`

const DAY_MS = 86_400_000

/** What an error counts for that names no model. */
const NO_MODEL = '(none)'

export function profileSums(database: Database, query: SumsQuery): readonly ProfileSums[] {
  return rows(database, query, 'profile', 'profile').map(profileSumsOf)
}

/** Signals that were dropped before anybody took them over, by profile. */
export function missedSignals(database: Database): ReadonlyMap<string, number> {
  const found = database
    .prepare('SELECT profile, sum(missed) AS missed FROM sources GROUP BY profile HAVING sum(missed) > 0')
    .all()
  return new Map(found.map(({ profile, missed }) => [String(profile), Number(missed)]))
}

/** The agent of each profile that has ever told something. */
export function agentsOfProfiles(database: Database): ReadonlyMap<string, string> {
  const found = database.prepare('SELECT profile, max(agent) AS agent FROM sources GROUP BY profile').all()
  return new Map(found.map(({ profile, agent }) => [String(profile), String(agent)]))
}

/** `days` are those that rows by day are of. */
export function groupSums(database: Database, query: SumsQuery, by: UsageGrouping, days: Days): readonly GroupSums[] {
  switch (by) {
    case 'session':
      return rows(database, query, `profile, ${SESSION} AS key, max(sources.name) AS session_name`, 'profile, key').map(
        (row) => ({
          ...groupOf(row),
          name: typeof row.session_name === 'string' ? row.session_name : null,
        }),
      )
    case 'folder':
      return rows(database, query, 'profile, folder AS key', 'profile, folder').map(groupOf)
    case 'model':
      return rows(database, query, 'profile, models.name AS key', 'profile, model').map((row) => ({
        ...groupOf(row),
        key: row.key === '' ? NO_MODEL : String(row.key),
      }))
    case 'day':
      return byDay(database, query, days)
  }
}

/** Of each window of each profile the samples that are held. */
export function heldWindows(database: Database, profile: string | undefined): readonly ProfileWindows[] {
  const filter = profile === undefined ? '' : 'WHERE profile = ?'
  const found = database
    .prepare(`SELECT profile, kind, at, used, resets_at FROM windows ${filter} ORDER BY profile, kind, at, id`)
    .all(...(profile === undefined ? [] : [profile]))
  const windows = new Map<string, { profile: string; kind: string; samples: WindowSample[] }>()
  for (const row of found) {
    const [owner, kind] = [String(row.profile), String(row.kind)]
    const name = JSON.stringify([owner, kind])
    const window = windows.get(name) ?? { profile: owner, kind, samples: [] }
    const resetsAt = row.resets_at === null ? null : Number(row.resets_at)
    window.samples.push({ kind, at: Number(row.at), usedPercent: Number(row.used), resetsAt })
    windows.set(name, window)
  }
  return [...windows.values()]
}

function rows(
  database: Database,
  { profile, since, until }: SumsQuery & { readonly until?: number },
  columns: string,
  grouping: string,
): readonly Row[] {
  const conditions: readonly (readonly [string, Value | undefined])[] = [
    ['sources.profile = ?', profile],
    ['slot >= ?', since],
    ['slot < ?', until],
  ]
  const given = conditions.flatMap(([condition, value]) => (value === undefined ? [] : [{ condition, value }]))
  const where = given.length === 0 ? '' : `WHERE ${given.map(({ condition }) => condition).join(' AND ')}`
  return database
    .prepare(
      `SELECT ${columns}, ${SUMS} FROM slots JOIN sources ON sources.id = slots.source JOIN models ON models.id = slots.model
       ${where} GROUP BY ${grouping}`,
    )
    .all(...given.map(({ value }) => value))
}

/** Summed by the database: a year has 35,000 quarters of an hour, and taking each out of it would be most of the time. */
function byDay(database: Database, query: SumsQuery, days: Days): readonly GroupSums[] {
  const held = database.prepare('SELECT min(slot) AS oldest, max(slot) AS newest FROM slots').get()
  if (typeof held?.oldest !== 'number') return []
  const sums = new Map<string, GroupSums>()
  for (const { from, to, offsetMs } of days(Math.max(held.oldest, query.since ?? 0), Number(held.newest))) {
    const within = { ...query, since: from, until: to }
    const day = `(slot + ${offsetMs}) / ${DAY_MS} * ${DAY_MS}`
    for (const row of rows(database, within, `profile, ${day} AS key`, 'profile, key').map(groupOf)) {
      const key = dayText(Number(row.key))
      const name = JSON.stringify([row.profile, key])
      // A day in which the clocks are changed has two stretches.
      const other = sums.get(name)
      sums.set(name, { ...row, ...(other && { ...added(other, row), lastAt: Math.max(other.lastAt, row.lastAt) }), key })
    }
  }
  return [...sums.values()]
}

function groupOf(row: Row): GroupSums {
  return { ...profileSumsOf(row), key: String(row.key) }
}

function profileSumsOf(row: Row): ProfileSums {
  return {
    profile: String(row.profile),
    input: Number(row.input),
    output: Number(row.output),
    cacheRead: Number(row.cache_read),
    cacheCreation: Number(row.cache_creation),
    costNanoUsd: Number(row.cost_nano_usd),
    requests: Number(row.requests),
    unpriced: Number(row.unpriced),
    errors: Number(row.errors),
    lastAt: Number(row.last_at),
  }
}
