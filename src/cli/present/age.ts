/** How long ago something was, as short as a column of a table wants it. Pure. */

const UNITS = [
  { letter: 'd', seconds: 86_400 },
  { letter: 'h', seconds: 3_600 },
  { letter: 'm', seconds: 60 },
] as const

/** `12s`, `5m`, `3h`, `9d`: the largest unit that fits, rounded down. `-` for a time that is no date. */
export function ageText(isoTime: string, nowMs: number): string {
  const seconds = Math.floor((nowMs - Date.parse(isoTime)) / 1000)
  if (Number.isNaN(seconds)) return '-'
  const unit = UNITS.find(({ seconds: length }) => seconds >= length)
  return unit ? `${Math.floor(seconds / unit.seconds)}${unit.letter}` : `${Math.max(0, seconds)}s`
}
