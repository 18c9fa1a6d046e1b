/**
 * From the signals of one session to what the database is to be told: sums by model and quarter of an hour, the windows, the
 * keys. Each key counts once, whenever it was told. Pure.
 */
import type { RateWindow, SignalRecord } from '../../api/signal.js'

/** The smallest step between two time zones: days of any zone are made of these. */
export const SLOT_MS = 15 * 60_000

/** Costs are summed as whole numbers, so that their order does not matter and nothing is lost: a sum of floats drifts. */
const NANO = 1e9

/** The sums of some requests. */
export interface Sums {
  readonly input: number
  readonly output: number
  readonly cacheRead: number
  readonly cacheCreation: number
  readonly costNanoUsd: number
  readonly requests: number
  /** Requests of unknown cost. */
  readonly unpriced: number
  readonly errors: number
}

export interface SlotSums extends Sums {
  readonly model: string
  /** When the quarter of an hour begins (ms). */
  readonly slot: number
  /** When the last of it was (ms). */
  readonly lastAt: number
}

export interface WindowSample extends Pick<RateWindow, 'kind' | 'usedPercent' | 'resetsAt'> {
  readonly at: number
}

export interface RolledUp {
  readonly slots: readonly SlotSums[]
  readonly windows: readonly WindowSample[]
  /** New ones, each with the number of its signal. */
  readonly keys: readonly { readonly key: string; readonly n: number }[]
  /** When the last request of each conversation was. */
  readonly conversations: ReadonlyMap<string, number>
  /** The number of the last signal. */
  readonly last: number
  /** Signals that nobody can read any more. */
  readonly missed: number
}

export interface RollUpOptions {
  /** The number of the last signal that was taken over before. */
  readonly after: number
  readonly isSeen: (key: string) => boolean
  readonly nowMs: number
}

/** `records` in the order of their numbers. */
export function rollUp(records: readonly SignalRecord[], { after, isSeen, nowMs }: RollUpOptions): RolledUp {
  const slots = new Map<string, SlotSums>()
  const windows: WindowSample[] = []
  const keys = new Map<string, number>()
  const conversations = new Map<string, number>()
  let last = after
  let missed = 0
  for (const record of records) {
    if (record.n <= last) continue
    missed += record.n - last - 1
    last = record.n
    // A clock that was ahead and is set right must not leave numbers that belong to days to come.
    const at = Math.max(0, Math.min(Math.floor(record.at), nowMs))
    if (record.kind === 'windows') {
      windows.push(...record.windows.map(({ kind, usedPercent, resetsAt }) => ({ kind, usedPercent, resetsAt, at })))
      continue
    }
    if (record.kind === 'request' && record.conversation !== null) {
      conversations.set(record.conversation, Math.max(conversations.get(record.conversation) ?? 0, at))
    }
    if (keys.has(record.key) || isSeen(record.key)) continue
    keys.set(record.key, record.n)
    addToSlot(slots, { model: record.model ?? '', slot: slotOf(at), lastAt: at, ...sumsOf(record) })
  }
  return {
    slots: [...slots.values()],
    windows,
    keys: [...keys].map(([key, n]) => ({ key, n })),
    conversations,
    last,
    missed,
  }
}

export function slotOf(at: number): number {
  return Math.floor(at / SLOT_MS) * SLOT_MS
}

/** Adds sums to those of the same model and quarter of an hour. */
export function addToSlot(slots: Map<string, SlotSums>, one: SlotSums): void {
  const name = `${one.slot} ${one.model}`
  const before = slots.get(name)
  slots.set(name, before ? { ...one, ...added(before, one), lastAt: Math.max(before.lastAt, one.lastAt) } : one)
}

export const NOTHING: Sums = {
  input: 0,
  output: 0,
  cacheRead: 0,
  cacheCreation: 0,
  costNanoUsd: 0,
  requests: 0,
  unpriced: 0,
  errors: 0,
}

export function added(a: Sums, b: Sums): Sums {
  return {
    input: a.input + b.input,
    output: a.output + b.output,
    cacheRead: a.cacheRead + b.cacheRead,
    cacheCreation: a.cacheCreation + b.cacheCreation,
    costNanoUsd: a.costNanoUsd + b.costNanoUsd,
    requests: a.requests + b.requests,
    unpriced: a.unpriced + b.unpriced,
    errors: a.errors + b.errors,
  }
}

/** US dollars. */
export function dollars(costNanoUsd: number): number {
  return costNanoUsd / NANO
}

function sumsOf(record: Exclude<SignalRecord, { readonly kind: 'windows' }>): Sums {
  if (record.kind === 'error') return { ...NOTHING, errors: 1 }
  const { tokens, costUsd } = record
  return {
    input: tokens.input,
    output: tokens.output,
    cacheRead: tokens.cacheRead,
    cacheCreation: tokens.cacheCreation,
    costNanoUsd: costUsd === null ? 0 : Math.round(costUsd * NANO),
    requests: 1,
    unpriced: costUsd === null ? 1 : 0,
    errors: 0,
  }
}
