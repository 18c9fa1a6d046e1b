/**
 * When a window would be used up if it went on as of late. Only what was heard in its present period counts; where that is too
 * little for a rate, or the reset comes first, there is no such moment. Pure.
 */
import { windowLengthMs } from '../../api/window-length.js'
import type { WindowSample } from './roll-up.js'

/** "Of late": a fifth of the window, an hour of five. */
const LOOK_BACK = 1 / 5
/** A rate of less time than this (five minutes of five hours) is chance. */
const LEAST_SPAN = 1 / 60
/** Two moments of reset this close together are the same: agents round. */
const SAME_PERIOD = 1 / 10

/** Milliseconds since 1970; null where it cannot be said. `samples` are of one window of one profile, the latest last. */
export function forecastFull(samples: readonly WindowSample[], nowMs: number): number | null {
  const latest = samples.at(-1)
  const lengthMs = latest && windowLengthMs(latest.kind)
  if (latest === undefined || lengthMs === undefined || latest.resetsAt === null) return null
  const { resetsAt } = latest
  if (latest.usedPercent >= 100 || resetsAt <= nowMs) return null
  const period = samples.filter((sample) => isSamePeriod(latest, sample, lengthMs))
  // Nothing heard means nothing used: a window is told when it has changed.
  const since = nowMs - lengthMs * LOOK_BACK
  const first = period.findLast(({ at }) => at <= since) ?? period[0] ?? latest
  const beganAt = Math.max(first.at, since)
  const used = latest.usedPercent - first.usedPercent
  const spanMs = nowMs - beganAt
  if (used <= 0 || spanMs < lengthMs * LEAST_SPAN) return null
  const fullAt = nowMs + ((100 - latest.usedPercent) * spanMs) / used
  return fullAt < resetsAt ? Math.round(fullAt) : null
}

/** Whether two samples are of the same period of a window. Without a reset time that cannot be told, and counts as the same. */
export function isSamePeriod(
  a: Pick<WindowSample, 'resetsAt'>,
  b: Pick<WindowSample, 'resetsAt'>,
  lengthMs: number | undefined,
): boolean {
  if (a.resetsAt === null || b.resetsAt === null) return a.resetsAt === b.resetsAt
  return Math.abs(a.resetsAt - b.resetsAt) <= (lengthMs ?? ONE_HOUR_MS) * SAME_PERIOD
}

const ONE_HOUR_MS = 3_600_000
