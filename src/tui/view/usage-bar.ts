/** The share of an allowance that is used up, as a bar with its percentage and when it begins anew. Pure. */
import type { UsageWindow } from '../../api/usage.js'
import { fitSpan, type Line, span } from '../paint/line.js'
import type { Tone } from '../paint/style.js'
import type { ViewClock } from './view-clock.js'

const FULL = '\u2588'
const EMPTY = '\u2591'
const LONGEST_BAR = 16
/** `100%`, and `2h14m` or `6d23h`. */
const PERCENT_WIDTH = 4
const RESET_WIDTH = 6
/** Where somebody should know of it, and where it is nearly over. */
const WARN_AT = 75
const BAD_AT = 90

/** What the bar takes with everything around it but itself. */
export function barFrame(kind: string): number {
  return kind.length + 1 + PERCENT_WIDTH + 1 + RESET_WIDTH
}

/** `5h #### 42% 2h14m`; one that has begun anew since shows no bar, for nobody knows what is used of it by now. */
export function usageBar(window: UsageWindow, width: number, clock: ViewClock): Line {
  const { kind, usedPercent, resetsAt } = window
  const left = resetsAt === null ? undefined : clock.until(resetsAt)
  const isOver = resetsAt !== null && left === undefined
  const length = Math.max(0, Math.min(LONGEST_BAR, width - barFrame(kind) - 1))
  const filled = isOver ? 0 : Math.min(length, Math.round((usedPercent / 100) * length))
  const style = { tone: isOver ? ('quiet' as const) : toneOf(window) }
  return [
    span(`${kind} `),
    span(FULL.repeat(filled), style),
    span(`${EMPTY.repeat(length - filled)}${length > 0 ? ' ' : ''}`, { tone: 'quiet' }),
    fitSpan(isOver ? '-' : `${Math.round(usedPercent)}%`, PERCENT_WIDTH, { style, align: 'right' }),
    fitSpan(` ${isOver ? 'reset' : (left ?? '')}`, RESET_WIDTH + 1, { style: { tone: 'quiet' } }),
  ]
}

/** One that will be used up before it begins anew is a warning, however little is used of it by now. */
function toneOf({ usedPercent, fullAt }: UsageWindow): Tone {
  if (usedPercent >= BAD_AT) return 'bad'
  return usedPercent >= WARN_AT || fullAt ? 'warn' : 'good'
}
