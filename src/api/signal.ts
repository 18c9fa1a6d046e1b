/**
 * What an agent's official signals say of its usage, as the host of its session writes it down (`signals.jsonl` in the session's
 * folder) and the daemon takes it over. Numbers only: nothing of a prompt or an answer is in here.
 */
import * as v from 'valibot'

/** Beyond what anybody uses, and small enough that the sum of all requests stays exact. */
export const COUNT_LIMIT = 1e12
/** The last moment that a `Date` can tell (ms). */
export const MOMENT_LIMIT_MS = 8.64e15

const count = v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(COUNT_LIMIT))
const amount = v.pipe(v.number(), v.finite(), v.minValue(0), v.maxValue(COUNT_LIMIT))
/** Milliseconds since 1970, by the agent's clock. */
const moment = v.pipe(v.number(), v.minValue(0), v.maxValue(MOMENT_LIMIT_MS))

/** Counts from 1 in each session, without a hole: how far a daemon has taken them over. */
const numbered = { n: v.pipe(v.number(), v.integer(), v.minValue(1)), at: moment }

/** The tokens of requests by kind. Each token is of one kind only. */
export const Tokens = v.looseObject({ input: count, output: count, cacheRead: count, cacheCreation: count })
export type Tokens = v.InferOutput<typeof Tokens>

/** The share of an allowance that is used up. */
export const RateWindow = v.looseObject({
  /** `5h`, `7d`, or what else an agent calls one. */
  kind: v.string(),
  /** 0 to 100, or above where an agent says so. */
  usedPercent: amount,
  /** When it begins anew (ms); null where the agent does not say. */
  resetsAt: v.nullable(moment),
})
export type RateWindow = v.InferOutput<typeof RateWindow>

/** One request to a model that was answered. */
export const RequestSignal = v.looseObject({
  ...numbered,
  kind: v.literal('request'),
  /** The same for the same request, however often it is told. */
  key: v.string(),
  /** The agent's id of the conversation. */
  conversation: v.nullable(v.string()),
  model: v.string(),
  tokens: Tokens,
  /** The agent's own estimate; null where it makes none. */
  costUsd: v.nullable(amount),
})
export type RequestSignal = v.InferOutput<typeof RequestSignal>

/** One request that failed. */
export const ErrorSignal = v.looseObject({
  ...numbered,
  kind: v.literal('error'),
  key: v.string(),
  conversation: v.nullable(v.string()),
  model: v.nullable(v.string()),
  /** The status that was answered (`429`), or a word of the agent; null where it says neither. */
  status: v.nullable(v.string()),
})
export type ErrorSignal = v.InferOutput<typeof ErrorSignal>

/** What is left of the account's allowances, as the agent last heard. Written when it differs from what was written before. */
export const WindowsSignal = v.looseObject({ ...numbered, kind: v.literal('windows'), windows: v.array(RateWindow) })
export type WindowsSignal = v.InferOutput<typeof WindowsSignal>

export const SignalRecord = v.variant('kind', [RequestSignal, ErrorSignal, WindowsSignal])
export type SignalRecord = v.InferOutput<typeof SignalRecord>
