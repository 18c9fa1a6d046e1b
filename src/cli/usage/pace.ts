/** How fast an allowance is used, against spreading it evenly over its window. Pure. */
import type { UsageWindow } from '../../api/usage.js'
import { windowLengthMs } from '../../api/window-length.js'

export interface Pace {
  /** The share of the window that had passed when it was last heard of, in percent: what an even spread would have used. */
  readonly evenPercent: number
  /** Percentage points above that; negative below. */
  readonly aheadBy: number
}

/** Undefined where the agent does not say when the window ends, or its kind not how long it is. */
export function paceOf({ kind, usedPercent, resetsAt, sampledAt }: UsageWindow): Pace | undefined {
  const lengthMs = windowLengthMs(kind)
  if (lengthMs === undefined || resetsAt === null) return undefined
  const leftMs = Date.parse(resetsAt) - Date.parse(sampledAt)
  if (Number.isNaN(leftMs)) return undefined
  const evenPercent = Math.min(100, Math.max(0, (1 - leftMs / lengthMs) * 100))
  return { evenPercent, aheadBy: usedPercent - evenPercent }
}
