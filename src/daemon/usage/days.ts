/** Which day a moment lies in, in a time zone. Pure. */
import { PerchError } from '../../platform/perch-error.js'

/**
 * The function from a moment (ms) to its day (`2026-11-28`) in the zone; that of this process when undefined.
 * @throws PerchError `bad-request` for a zone that does not exist
 */
export function daysIn(zone: string | undefined): (ms: number) => string {
  let format: Intl.DateTimeFormat
  try {
    format = new Intl.DateTimeFormat('en', { timeZone: zone, year: 'numeric', month: '2-digit', day: '2-digit' })
  } catch (cause) {
    throw new PerchError('bad-request', `there is no time zone ${JSON.stringify(zone)}`, {
      cause,
      hint: 'Write it like Europe/Berlin or UTC.',
    })
  }
  return (ms) => {
    const parts = new Map(format.formatToParts(ms).map(({ type, value }) => [type, value]))
    return `${parts.get('year')?.padStart(4, '0')}-${parts.get('month')}-${parts.get('day')}`
  }
}
