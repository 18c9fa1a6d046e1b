/** A moment that an agent has told, as text. Pure. */

const LAST_DATE_MS = 8.64e15

/** ISO 8601; a moment that no date can hold is the last or the first that one can. */
export function isoDate(ms: number): string {
  return new Date(Math.min(Math.max(ms, -LAST_DATE_MS), LAST_DATE_MS)).toISOString()
}
