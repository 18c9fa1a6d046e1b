/** What a document of an agent (what it gives its status line, a line of its log) tells of the account's allowances. Pure. */
import { COUNT_LIMIT, MOMENT_LIMIT_MS, type RateWindow } from '../../api/signal.js'
import type { AllowancePlan } from '../../api/signal-plan.js'
import { field } from './attributes.js'

export interface ToldWindows {
  readonly windows: readonly RateWindow[]
  /** Grows with each answer of the model; null where the document does not say. */
  readonly answers: number | null
}

/** An account has two or three. */
const WINDOWS_LIMIT = 16
const KIND_LIMIT = 64
const HOUR_MINUTES = 60
const DAY_MINUTES = 24 * HOUR_MINUTES
const LONGEST_WINDOW_MINUTES = 1_000 * DAY_MINUTES

/** Undefined when the document tells of none: that of an account without allowances, or from before the first answer. */
export function windowsIn(document: unknown, plan: AllowancePlan): ToldWindows | undefined {
  const told = plan.windows.reduce(field, document)
  if (typeof told !== 'object' || told === null) return undefined
  const windows = Object.entries(told)
    .slice(0, WINDOWS_LIMIT)
    .flatMap(([name, window]) => windowOf(name, window, plan) ?? [])
  if (windows.length === 0) return undefined
  return { windows, answers: notNegative(plan.answers.reduce(field, document), Number.MAX_VALUE) ?? null }
}

function windowOf(name: string, window: unknown, plan: AllowancePlan): RateWindow | undefined {
  const usedPercent = notNegative(field(window, plan.usedPercent), COUNT_LIMIT)
  if (usedPercent === undefined) return undefined
  const resetsAt = notNegative(field(window, plan.resetsAt), MOMENT_LIMIT_MS / 1_000)
  const kind = Object.hasOwn(plan.kinds, name)
    ? plan.kinds[name]
    : spanOf(plan.minutes === null ? null : field(window, plan.minutes))
  return { kind: kind ?? name.slice(0, KIND_LIMIT), usedPercent, resetsAt: resetsAt === undefined ? null : resetsAt * 1_000 }
}

/** `5h`, `7d`, `30m`; undefined for what is no length. */
function spanOf(minutes: unknown): string | undefined {
  if (typeof minutes !== 'number' || !Number.isInteger(minutes) || minutes <= 0 || minutes > LONGEST_WINDOW_MINUTES)
    return undefined
  if (minutes % DAY_MINUTES === 0) return `${minutes / DAY_MINUTES}d`
  return minutes % HOUR_MINUTES === 0 ? `${minutes / HOUR_MINUTES}h` : `${minutes}m`
}

function notNegative(value: unknown, limit: number): number | undefined {
  return typeof value === 'number' && value >= 0 && value <= limit ? value : undefined
}
