/** Whether a person is to be told of a limit: once in each period of a window, from a percentage on. Pure. */
import { windowLengthMs } from '../../api/window-length.js'
import type { WindowSample } from './roll-up.js'
import { isSamePeriod } from './window-forecast.js'

export interface WarningFacts {
  /** What was heard last of the window. */
  readonly latest: WindowSample
  /** The sample that was warned of last. */
  readonly warned: Pick<WindowSample, 'resetsAt'> | undefined
  readonly warnAt: number
  readonly nowMs: number
}

/**
 * `warn` now; `forget` that it was warned of, since the window has begun anew and does not say when it does; or nothing. What
 * begins anew at a moment that is past has done so: what was used before is no news.
 */
export function decideWarning({ latest, warned, warnAt, nowMs }: WarningFacts): 'warn' | 'forget' | 'nothing' {
  if (latest.usedPercent < warnAt) return warned?.resetsAt === null && latest.resetsAt === null ? 'forget' : 'nothing'
  if (latest.resetsAt !== null && latest.resetsAt <= nowMs) return 'nothing'
  if (warned === undefined) return 'warn'
  if (isSamePeriod(warned, latest, windowLengthMs(latest.kind))) return 'nothing'
  // Of a session that heard of it before the others did.
  return isEarlier(latest.resetsAt, warned.resetsAt) ? 'nothing' : 'warn'
}

function isEarlier(a: number | null, b: number | null): boolean {
  return a !== null && b !== null && a < b
}
