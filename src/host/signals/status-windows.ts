/** What the document that an agent gives its status line tells of the account's allowances. Pure. */
import { COUNT_LIMIT, MOMENT_LIMIT_MS, type RateWindow } from '../../api/signal.js'
import type { StatusLinePlan } from '../../api/signal-plan.js'
import { field } from './attributes.js'

export interface ToldWindows {
  readonly windows: readonly RateWindow[]
  /** Grows with each answer of the model; null where the document does not say. */
  readonly answers: number | null
}

/** An account has two or three. */
const WINDOWS_LIMIT = 16
const KIND_LIMIT = 64

/** Undefined when the document tells of none: that of an account without allowances, or from before the first answer. */
export function windowsIn(document: unknown, plan: StatusLinePlan): ToldWindows | undefined {
  const told = field(document, plan.windows)
  if (typeof told !== 'object' || told === null) return undefined
  const windows = Object.entries(told)
    .slice(0, WINDOWS_LIMIT)
    .flatMap(([name, window]) => windowOf(name, window, plan) ?? [])
  if (windows.length === 0) return undefined
  return { windows, answers: notNegative(plan.answers.reduce(field, document), Number.MAX_VALUE) ?? null }
}

function windowOf(name: string, window: unknown, plan: StatusLinePlan): RateWindow | undefined {
  const usedPercent = notNegative(field(window, plan.usedPercent), COUNT_LIMIT)
  if (usedPercent === undefined) return undefined
  const resetsAt = notNegative(field(window, plan.resetsAt), MOMENT_LIMIT_MS / 1_000)
  const kind = Object.hasOwn(plan.kinds, name) ? plan.kinds[name] : undefined
  return { kind: kind ?? name.slice(0, KIND_LIMIT), usedPercent, resetsAt: resetsAt === undefined ? null : resetsAt * 1_000 }
}

function notNegative(value: unknown, limit: number): number | undefined {
  return typeof value === 'number' && value >= 0 && value <= limit ? value : undefined
}
