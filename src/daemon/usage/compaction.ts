/**
 * Keeps the usage database from growing for ever: what is long ago, or too much, is folded into one row for each day, model and
 * folder of a profile, and no longer told by session or quarter of an hour. No sum changes by it but those of days in other time
 * zones.
 */
import { type Database, inTransaction } from './database.js'

const DAY_MS = 86_400_000
/** A year can be looked back upon in full, and a little more. */
const FOLD_AFTER_MS = 400 * DAY_MS
/** Some 40 MB, and some 200 ms for a question about all of it; a hundred busy hours a week for a year are a third of that. */
const SLOTS_LIMIT = 300_000
/** Then also the days go. */
const FORGET_AFTER_MS = 10 * 365 * DAY_MS

export interface CompactionLimits {
  readonly foldAfterMs: number
  readonly slotsLimit: number
  readonly forgetAfterMs: number
}

const LIMITS: CompactionLimits = { foldAfterMs: FOLD_AFTER_MS, slotsLimit: SLOTS_LIMIT, forgetAfterMs: FORGET_AFTER_MS }

/** All of it or nothing. @throws the error of the database */
export function compact(database: Database, nowMs: number, limits = LIMITS): void {
  const before = foldedBefore(database, nowMs, limits)
  const cannotWait = database
    .prepare('SELECT 1 FROM slots JOIN sources ON id = source WHERE folded = 0 AND slot < ? LIMIT 1')
    .get(before)
  if (cannotWait === undefined) return
  inTransaction(database, () => {
    database
      .prepare(
        `INSERT INTO sources (session, profile, agent, folder, created_at, folded)
         SELECT DISTINCT ${FOLDED_NAME}, profile, agent, folder, 0, 1 FROM slots JOIN sources ON id = source
         WHERE folded = 0 AND slot < ? ON CONFLICT DO NOTHING`,
      )
      .run(before)
    database
      .prepare(
        `INSERT INTO slots
         SELECT (SELECT id FROM sources AS day WHERE day.session = ${FOLDED_NAME}), model, slot / ${DAY_MS} * ${DAY_MS}, sum(input),
           sum(output), sum(cache_read), sum(cache_creation), sum(cost_nano_usd), sum(requests), sum(unpriced), sum(errors),
           max(last_at)
         FROM slots JOIN sources ON id = source WHERE folded = 0 AND slot < ? GROUP BY 1, 2, 3
         ON CONFLICT (source, model, slot) DO UPDATE SET
           input = input + excluded.input, output = output + excluded.output, cache_read = cache_read + excluded.cache_read,
           cache_creation = cache_creation + excluded.cache_creation, cost_nano_usd = cost_nano_usd + excluded.cost_nano_usd,
           requests = requests + excluded.requests, unpriced = unpriced + excluded.unpriced, errors = errors + excluded.errors,
           last_at = max(last_at, excluded.last_at)`,
      )
      .run(before)
    database.prepare('DELETE FROM slots WHERE slot < ? AND source IN (SELECT id FROM sources WHERE folded = 0)').run(before)
    database.prepare('DELETE FROM slots WHERE slot < ?').run(nowMs - limits.forgetAfterMs)
  })
}

/** The sums of a profile in a folder go by this in the place of a session. */
const FOLDED_NAME = `'before ' || profile || char(10) || agent || char(10) || folder`

/** A whole day, so that a day is folded once. */
function foldedBefore(database: Database, nowMs: number, { foldAfterMs, slotsLimit }: CompactionLimits): number {
  const old = nowMs - foldAfterMs
  const surplus = database
    .prepare('SELECT slot FROM slots JOIN sources ON id = source WHERE folded = 0 ORDER BY slot DESC LIMIT 1 OFFSET ?')
    .get(slotsLimit)
  const before = surplus === undefined ? old : Math.max(old, Number(surplus.slot))
  return Math.floor(before / DAY_MS) * DAY_MS
}
