/**
 * What an export of log records (OTLP in JSON) tells of requests to a model. Pure. Records of other events are passed over, and so is one
 * that lacks what it should have: an export is counted as far as it makes sense.
 */
import { COUNT_LIMIT, MOMENT_LIMIT_MS } from '../../api/signal.js'
import type { TelemetryPlan } from '../../api/signal-plan.js'
import { type Attributes, attributesOf, field, numberIn, textIn } from './attributes.js'
import type { NewSignal } from './signal-file.js'

/** Of one export; an agent that sends each second has some dozens. */
const RECORDS_LIMIT = 10_000

/** The signals in a parsed export, in its order. `now` (ms) stands in where a record has no time. */
export function signalsInExport(
  body: unknown,
  plan: Pick<TelemetryPlan, 'requests' | 'errors'>,
  now: number,
): readonly NewSignal[] {
  const records = listIn(body, 'resourceLogs')
    .flatMap((resource) => listIn(resource, 'scopeLogs'))
    .flatMap((scope) => listIn(scope, 'logRecords'))
    .slice(0, RECORDS_LIMIT)
  return records.flatMap((record): readonly NewSignal[] => {
    const attributes = attributesOf(field(record, 'attributes'))
    const at = momentOf(record, attributes) ?? now
    const event = attributes.get('event.name')
    if (event === plan.requests.event) return listed(requestSignal(attributes, plan.requests, at))
    if (event === plan.errors.event) return listed(errorSignal(attributes, plan.errors, at))
    return []
  })
}

function listed(signal: NewSignal | undefined): readonly NewSignal[] {
  return signal === undefined ? [] : [signal]
}

function requestSignal(attributes: Attributes, facts: TelemetryPlan['requests'], at: number): NewSignal | undefined {
  const key = keyOf(attributes, facts.key)
  const model = textIn(attributes, facts.model)
  const [input, output] = [tokensIn(attributes, facts.input), tokensIn(attributes, facts.output)]
  if (key === undefined || model === undefined || input === undefined || output === undefined) return undefined
  return {
    kind: 'request',
    at,
    key,
    conversation: textIn(attributes, facts.conversation) ?? null,
    model,
    tokens: {
      input,
      output,
      cacheRead: tokensIn(attributes, facts.cacheRead) ?? 0,
      cacheCreation: tokensIn(attributes, facts.cacheCreation) ?? 0,
    },
    costUsd: amountIn(attributes, facts.costUsd) ?? null,
  }
}

function errorSignal(attributes: Attributes, facts: TelemetryPlan['errors'], at: number): NewSignal | undefined {
  const key = keyOf(attributes, facts.key)
  if (key === undefined) return undefined
  return {
    kind: 'error',
    at,
    key,
    conversation: textIn(attributes, facts.conversation) ?? null,
    model: textIn(attributes, facts.model) ?? null,
    status: textIn(attributes, facts.status) ?? null,
  }
}

function keyOf(attributes: Attributes, lists: TelemetryPlan['requests']['key']): string | undefined {
  const list = lists.find((names) => names.every((name) => textIn(attributes, name) !== undefined))
  return list?.map((name) => textIn(attributes, name)).join(' ')
}

function tokensIn(attributes: Attributes, name: string): number | undefined {
  const number = numberIn(attributes, name)
  return number !== undefined && Number.isInteger(number) && number <= COUNT_LIMIT ? number : undefined
}

function amountIn(attributes: Attributes, name: string): number | undefined {
  const number = numberIn(attributes, name)
  return number !== undefined && number <= COUNT_LIMIT ? number : undefined
}

/** The event's own time, or that of the record (in nanoseconds, as text). */
function momentOf(record: unknown, attributes: Attributes): number | undefined {
  const told = Date.parse(textIn(attributes, 'event.timestamp') ?? '')
  if (told >= 0) return told
  const nanoseconds = Number(field(record, 'timeUnixNano') ?? Number.NaN)
  return nanoseconds > 0 && nanoseconds / 1e6 <= MOMENT_LIMIT_MS ? Math.floor(nanoseconds / 1e6) : undefined
}

function listIn(value: unknown, name: string): readonly unknown[] {
  const list = field(value, name)
  return Array.isArray(list) ? list : []
}
