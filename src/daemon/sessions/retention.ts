/**
 * Which ended sessions are past keeping. Pure: the caller removes them.
 */

export interface EndedSession {
  readonly id: string
  /** ISO 8601. */
  readonly endedAt: string
}

export interface RetentionLimits {
  readonly retentionDays: number
  /** Ended sessions kept at most. */
  readonly retentionCount: number
}

const DAY_MS = 24 * 60 * 60 * 1000

/** The ids to remove, oldest first: older than the days, and the oldest above the count. */
export function pastRetention(ended: readonly EndedSession[], limits: RetentionLimits, nowMs: number): string[] {
  const oldestKeptMs = nowMs - limits.retentionDays * DAY_MS
  const byAge = [...ended].sort((a, b) => Date.parse(a.endedAt) - Date.parse(b.endedAt))
  const surplus = byAge.length - limits.retentionCount
  return byAge.filter((one, index) => index < surplus || Date.parse(one.endedAt) < oldestKeptMs).map(({ id }) => id)
}
