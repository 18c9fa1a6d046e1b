/** Numbers of tokens, dollars and times as a person reads them at a glance. Pure, but for the time zone of the machine. */
import { localTime } from '../../platform/local-time.js'

const SCALES = [
  { letter: 'G', size: 1e9 },
  { letter: 'M', size: 1e6 },
  { letter: 'k', size: 1e3 },
] as const

/** `950`, `4.2k`, `12k`, `1.3M`: two digits or more, rounded down so that nothing looks like more than it is. */
export function countText(count: number): string {
  const scale = SCALES.find(({ size }) => count >= size)
  if (scale === undefined) return String(count)
  const scaled = count / scale.size
  return `${scaled < 10 ? (Math.floor(scaled * 10) / 10).toFixed(1) : Math.floor(scaled)}${scale.letter}`
}

export function dollarsText(costUsd: number): string {
  if (costUsd > 0 && costUsd < 0.005) return '<$0.01'
  return `$${costUsd.toFixed(2)}`
}

export function percentText(percent: number): string {
  // Not 100 before it is.
  return `${percent < 100 ? Math.min(99, Math.round(percent)) : Math.round(percent)}${UNBROKEN}%`
}

/** Stands between a number and its unit, so that no line ends there; becomes a space once lines are made. */
export const UNBROKEN = '\u00a0'

const MINUTE_MS = 60_000
const HOUR_MS = 60 * MINUTE_MS
const DAY_MS = 24 * HOUR_MS

/** `2 d 4 h`, `2 h 10 min`, `5 min`, `less than a minute`. */
export function spanText(ms: number): string {
  if (ms < MINUTE_MS) return 'less than a minute'
  if (ms < HOUR_MS) return `${Math.floor(ms / MINUTE_MS)}${UNBROKEN}min`
  const [large, small, unit, smallUnit] = ms < DAY_MS ? [HOUR_MS, MINUTE_MS, 'h', 'min'] : [DAY_MS, HOUR_MS, 'd', 'h']
  const rest = Math.floor((ms % large) / small)
  const parts = [Math.floor(ms / large), unit, ...(rest === 0 ? [] : [rest, smallUnit])]
  return parts.join(UNBROKEN)
}

/** `3 h ago`, `just now`. */
export function agoText(isoTime: string, nowMs: number): string {
  const ms = nowMs - Date.parse(isoTime)
  return ms < MINUTE_MS ? 'just now' : `${spanText(ms)}${UNBROKEN}ago`
}

/** `14:00` of today, else `2026-12-02 14:00`. */
export function momentText(isoTime: string, nowMs: number): string {
  const [day = '', time = ''] = localTime(isoTime).split(' ')
  const [today] = localTime(new Date(nowMs).toISOString()).split(' ')
  const minutes = time.slice(0, 5)
  return day === today ? minutes : `${day}${UNBROKEN}${minutes}`
}
