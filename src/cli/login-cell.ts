/** How a list shows the login of a profile. Pure. */
import type { Profile } from '../api/profile.js'
import type { Cell } from './result.js'

/** Time enough to log in again before work is interrupted, and too short for a notice that is always there. */
const WARN_WITHIN_MS = 3 * 24 * 60 * 60 * 1000

const UNITS = [
  { letter: 'd', ms: 86_400_000 },
  { letter: 'h', ms: 3_600_000 },
  { letter: 'min', ms: 60_000 },
] as const

/** `yes`, `no`, `-` for not known, `expires in 2 d` in the last three days, and `expired`. */
export function loginCell({ loggedIn, loginEndsAt }: Pick<Profile, 'loggedIn' | 'loginEndsAt'>, nowMs: number): Cell {
  if (loggedIn === null) return '-'
  if (!loggedIn) return { text: 'no', tone: 'bad' }
  const leftMs = loginEndsAt === null || loginEndsAt === undefined ? Number.NaN : Date.parse(loginEndsAt) - nowMs
  if (leftMs <= 0) return { text: 'expired', tone: 'bad' }
  if (leftMs <= WARN_WITHIN_MS) return { text: `expires in ${timeLeft(leftMs)}`, tone: 'bad' }
  return { text: 'yes', tone: 'good' }
}

/** Rounded down, so that nobody counts on time that is not there. */
function timeLeft(ms: number): string {
  const unit = UNITS.find((one) => ms >= one.ms)
  return unit ? `${Math.floor(ms / unit.ms)} ${unit.letter}` : 'less than a minute'
}
