/**
 * Times as the dashboard shows them, in units so coarse that nothing has to be painted every second; and when the next of
 * those that were shown will read otherwise. Made for one frame. Pure.
 */
import { ageText } from '../../cli/present/age.js'

export const UNDER_A_MINUTE = '<1m'

const MINUTE_MS = 60_000
const HOUR_MS = 60 * MINUTE_MS
const DAY_MS = 24 * HOUR_MS

export class ViewClock {
  readonly nowMs: number
  #nextChangeMs = Number.POSITIVE_INFINITY

  constructor(nowMs: number) {
    this.nowMs = nowMs
  }

  /** When a time that was shown reads otherwise; infinite when none ever will. */
  get nextChangeMs(): number {
    return this.#nextChangeMs
  }

  /** How long ago it was: `<1m`, `5m`, `3h`, `9d`; `-` for a time that is no date. */
  age(isoTime: string): string {
    const ms = this.nowMs - Date.parse(isoTime)
    if (Number.isNaN(ms)) return '-'
    const unitMs = [DAY_MS, HOUR_MS].find((unit) => ms >= unit) ?? MINUTE_MS
    this.#changesIn(unitMs - (ms < 0 ? ms : ms % unitMs))
    return ms < MINUTE_MS ? UNDER_A_MINUTE : ageText(isoTime, this.nowMs)
  }

  /** How long it is until then: `<1m`, `44m`, `2h14m`, `3d4h`, rounded down. Undefined for what is past, or no date. */
  until(isoTime: string): string | undefined {
    const ms = Date.parse(isoTime) - this.nowMs
    if (Number.isNaN(ms) || ms <= 0) return undefined
    const unitMs = ms >= DAY_MS ? HOUR_MS : MINUTE_MS
    this.#changesIn(ms < MINUTE_MS ? ms : (ms % unitMs) + 1)
    if (ms < MINUTE_MS) return UNDER_A_MINUTE
    const [days, hours, minutes] = [ms / DAY_MS, (ms % DAY_MS) / HOUR_MS, (ms % HOUR_MS) / MINUTE_MS].map(Math.floor)
    if (days) return hours ? `${days}d${hours}h` : `${days}d`
    if (hours) return minutes ? `${hours}h${minutes}m` : `${hours}h`
    return `${minutes}m`
  }

  #changesIn(ms: number): void {
    this.#nextChangeMs = Math.min(this.#nextChangeMs, this.nowMs + ms)
  }
}
