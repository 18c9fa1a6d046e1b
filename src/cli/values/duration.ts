/** Durations as people write them: `500ms`, `5s`, `2m`, `1h`, `1d`. Pure. */
import { PerchError } from '../../platform/perch-error.js'

const UNIT_MS: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 }

/** Timers of Node end at 2^31 - 1 ms; a longer wait would fire at once. */
const LONGEST_MS = 2 ** 31 - 1

/**
 * The duration in milliseconds. A bare number is refused, since it could mean anything.
 * @throws PerchError `usage`
 */
export function parseDurationMs(text: string, option: string): number {
  const [, amount, unit] = /^(\d+(?:\.\d+)?)(ms|s|m|h|d)$/.exec(text) ?? []
  const unitMs = unit === undefined ? undefined : UNIT_MS[unit]
  if (amount === undefined || unitMs === undefined) {
    throw new PerchError('usage', `${option} takes a duration, not ${JSON.stringify(text)}`, {
      hint: 'Write it with its unit: 500ms, 5s, 2m, 1h.',
    })
  }
  const durationMs = Math.round(Number(amount) * unitMs)
  if (durationMs <= LONGEST_MS) return durationMs
  throw new PerchError('usage', `${option} takes at most 24 days, not ${text}`)
}
