/**
 * What an export of log records or spans (OTLP in JSON) tells of requests to a model. Pure. Records of other events are passed over, and
 * so is one that lacks what it should have: an export is counted as far as it makes sense.
 */
import { COUNT_LIMIT, MOMENT_LIMIT_MS } from '../../api/signal.js'
import type { TelemetryPlan } from '../../api/signal-plan.js'
import { type Attributes, attributesOf, field, numberIn, textIn } from './attributes.js'
import type { NewSignal } from './signal-file.js'

type TelemetryFacts = Pick<TelemetryPlan, 'from' | 'requests' | 'errors'>

/** Of one export; an agent that sends each second has some dozens. */
const RECORDS_LIMIT = 10_000
/** HTTP's. */
const LEAST_FAILURE = 400

/** The signals in a parsed export, in its order. `now` (ms) stands in where a record has no time. */
export function signalsInExport(body: unknown, plan: TelemetryFacts, now: number): readonly NewSignal[] {
  return recordsIn(body, plan.from).flatMap((record): readonly NewSignal[] => {
    const attributes = attributesOf(field(record, 'attributes'))
    const at = momentOf(record, attributes) ?? now
    const event = plan.from === 'logs' ? attributes.get('event.name') : field(record, 'name')
    if (event === plan.requests.event) return listed(requestSignal(attributes, plan.requests, at))
    if (plan.errors !== null && event === plan.errors.event) return listed(errorSignal(attributes, plan.errors, at))
    return []
  })
}

function recordsIn(body: unknown, from: TelemetryFacts['from']): readonly unknown[] {
  const [resources, scopes, records] =
    from === 'logs' ? ['resourceLogs', 'scopeLogs', 'logRecords'] : ['resourceSpans', 'scopeSpans', 'spans']
  return listIn(body, resources)
    .flatMap((resource) => listIn(resource, scopes))
    .flatMap((scope) => listIn(scope, records))
    .slice(0, RECORDS_LIMIT)
}

function listed(signal: NewSignal | undefined): readonly NewSignal[] {
  return signal === undefined ? [] : [signal]
}

function requestSignal(attributes: Attributes, facts: TelemetryPlan['requests'], at: number): NewSignal | undefined {
  const key = keyOf(attributes, facts.key)
  const model = textIn(attributes, facts.model)
  const [input, output] = [sumIn(attributes, facts.input), sumIn(attributes, facts.output)]
  if (key === undefined || model === undefined || input === undefined || output === undefined) return undefined
  const cacheRead = tokensIn(attributes, facts.cacheRead) ?? 0
  return {
    kind: 'request',
    at,
    key,
    conversation: textIn(attributes, facts.conversation) ?? null,
    model,
    tokens: {
      input: facts.inputHoldsCacheRead ? Math.max(0, input - cacheRead) : input,
      output,
      cacheRead,
      cacheCreation: tokensIn(attributes, facts.cacheCreation) ?? 0,
    },
    costUsd: amountIn(attributes, facts.costUsd) ?? null,
  }
}

function errorSignal(attributes: Attributes, facts: NonNullable<TelemetryPlan['errors']>, at: number): NewSignal | undefined {
  const key = keyOf(attributes, facts.key)
  const status = textIn(attributes, facts.status)
  if (key === undefined || Number(status) < LEAST_FAILURE) return undefined
  return {
    kind: 'error',
    at,
    key,
    conversation: textIn(attributes, facts.conversation) ?? null,
    model: textIn(attributes, facts.model) ?? null,
    status: status ?? null,
  }
}

function keyOf(attributes: Attributes, lists: TelemetryPlan['requests']['key']): string | undefined {
  const list = lists.find((names) => names.every((name) => textIn(attributes, name) !== undefined))
  return list?.map((name) => textIn(attributes, name)).join(' ')
}

/** The sum of these; undefined without the first. */
function sumIn(attributes: Attributes, names: readonly string[]): number | undefined {
  const [first, ...others] = names.map((name) => tokensIn(attributes, name))
  if (first === undefined) return undefined
  return Math.min(
    COUNT_LIMIT,
    others.reduce((sum: number, count) => sum + (count ?? 0), first),
  )
}

function tokensIn(attributes: Attributes, name: string | null): number | undefined {
  const number = name === null ? undefined : numberIn(attributes, name)
  return number !== undefined && Number.isInteger(number) && number <= COUNT_LIMIT ? number : undefined
}

function amountIn(attributes: Attributes, name: string | null): number | undefined {
  const number = name === null ? undefined : numberIn(attributes, name)
  return number !== undefined && number <= COUNT_LIMIT ? number : undefined
}

/** The event's own time, or that of the record, or of the span's end (in nanoseconds, as text). */
function momentOf(record: unknown, attributes: Attributes): number | undefined {
  const told = Date.parse(textIn(attributes, 'event.timestamp') ?? '')
  if (told >= 0) return told
  const nanoseconds = Number(field(record, 'timeUnixNano') ?? field(record, 'endTimeUnixNano') ?? Number.NaN)
  return nanoseconds > 0 && nanoseconds / 1e6 <= MOMENT_LIMIT_MS ? Math.floor(nanoseconds / 1e6) : undefined
}

function listIn(value: unknown, name: string): readonly unknown[] {
  const list = field(value, name)
  return Array.isArray(list) ? list : []
}
