/** Durations as people write them: `500ms`, `5s`, `2m`, `1h`, `1d`. Pure. */
import { PerchError } from '../../platform/perch-error.js'
import { LONGEST_TIMER_MS } from '../../platform/process/longest-timer.js'

const DAY_MS = 86_400_000
const UNIT_MS: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: DAY_MS }

/**
 * The duration in milliseconds. A bare number is refused, since it could mean anything.
 * @param longestMs what a timer can hold, unless it is for none
 * @throws PerchError `usage`
 */
export function parseDurationMs(text: string, option: string, longestMs = LONGEST_TIMER_MS): number {
  const [, amount, unit] = /^(\d+(?:\.\d+)?)(ms|s|m|h|d)$/.exec(text) ?? []
  const unitMs = unit === undefined ? undefined : UNIT_MS[unit]
  if (amount === undefined || unitMs === undefined) {
    throw new PerchError('usage', `${option} takes a duration, not ${JSON.stringify(text)}`, {
      hint: 'Write it with its unit: 500ms, 5s, 2m, 1h, 7d.',
    })
  }
  const durationMs = Math.round(Number(amount) * unitMs)
  if (durationMs <= longestMs) return durationMs
  throw new PerchError('usage', `${option} takes at most ${Math.floor(longestMs / DAY_MS)} days, not ${text}`)
}
