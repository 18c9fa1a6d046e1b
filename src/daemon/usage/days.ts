/** The days of a time zone, as stretches of time in which a day is found by adding one offset. Pure. */
import { PerchError } from '../../platform/perch-error.js'
import { SLOT_MS, slotOf } from './roll-up.js'

export interface DayStretch {
  /** Milliseconds since 1970; quarters of an hour, as every zone changes by them. */
  readonly from: number
  readonly to: number
  /** What is to be added to a moment so that UTC shows the zone's time. */
  readonly offsetMs: number
}

/** The stretches from one moment to another, without a hole. */
export type Days = (from: number, to: number) => readonly DayStretch[]

const WEEK_MS = 7 * 86_400_000

/**
 * The days of a zone; of that of this process when undefined. A zone is asked once a week and around its changes only: that takes
 * a hundred times what adding an offset does, and no zone changes twice within a week.
 * @throws PerchError `bad-request` for a zone that does not exist
 */
export function daysIn(zone: string | undefined): Days {
  const offsetAt = offsetsOf(zone)
  return (from, to) => {
    const stretches: DayStretch[] = []
    let start = slotOf(from)
    let offsetMs = offsetAt(start)
    for (let at = start; at < to; ) {
      const next = Math.min(at + WEEK_MS, slotOf(to) + SLOT_MS)
      const nextOffset = offsetAt(next)
      if (nextOffset !== offsetMs) {
        const change = firstWith(at, next, (moment) => offsetAt(moment) !== offsetMs)
        stretches.push({ from: start, to: change, offsetMs })
        start = change
        offsetMs = nextOffset
      }
      at = next
    }
    return [...stretches, { from: start, to: Math.max(start, slotOf(to) + SLOT_MS), offsetMs }]
  }
}

/** The day (`2026-11-28`) of a moment with its zone's offset added. */
export function dayText(localMs: number): string {
  return new Date(localMs).toISOString().slice(0, 10)
}

/** The first quarter of an hour after `before` that is so; `after` is. */
function firstWith(before: number, after: number, isSo: (ms: number) => boolean): number {
  let [low, high] = [before, after]
  while (high - low > SLOT_MS) {
    const middle = slotOf((low + high) / 2)
    if (isSo(middle)) high = middle
    else low = middle
  }
  return high
}

function offsetsOf(zone: string | undefined): (ms: number) => number {
  let format: Intl.DateTimeFormat
  try {
    format = new Intl.DateTimeFormat('en', {
      timeZone: zone,
      hourCycle: 'h23',
      year: 'numeric',
      month: 'numeric',
      day: 'numeric',
      hour: 'numeric',
      minute: 'numeric',
    })
  } catch (cause) {
    throw new PerchError('bad-request', `there is no time zone ${JSON.stringify(zone)}`, {
      cause,
      hint: 'Write it like Europe/Berlin or UTC.',
    })
  }
  return (ms) => {
    const parts = new Map(format.formatToParts(ms).map(({ type, value }) => [type, Number(value)]))
    const part = (name: Intl.DateTimeFormatPartTypes) => parts.get(name) ?? 0
    const shown = Date.UTC(part('year'), part('month') - 1, part('day'), part('hour'), part('minute'))
    return shown - Math.floor(ms / 60_000) * 60_000
  }
}
