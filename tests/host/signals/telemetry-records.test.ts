/** Exports of telemetry as the real client makes them, and as nobody should. */
import fc from 'fast-check'
import * as v from 'valibot'
import { expect, test } from 'vitest'
import { claudeSignals } from '../../../src/agents/claude-signals.js'
import { SignalRecord } from '../../../src/api/signal.js'
import { signalsInExport } from '../../../src/host/signals/telemetry-records.js'

const { telemetry } = claudeSignals
if (telemetry === null) throw new Error('the agent of this test has telemetry')
const plan = {
  requests: { ...telemetry.requests, key: telemetry.requests.key.map((names) => [...names]) },
  errors: { ...telemetry.errors, key: telemetry.errors.key.map((names) => [...names]) },
}
const NOW = 1_795_854_000_000

const REQUEST = {
  'event.name': 'api_request',
  'event.timestamp': '2026-11-28T08:25:59.136Z',
  'event.sequence': 16,
  'session.id': 'd07096b6-f1fe-4178-9717-99ba0cad028a',
  model: 'some-model',
  input_tokens: 10,
  output_tokens: 5,
  cache_read_tokens: 3,
  cache_creation_tokens: 2,
  cost_usd: 0.000175,
  request_id: 'req_1',
}

test('a request is counted with its tokens, its cost, its conversation and its own time', () => {
  expect(signalsInExport(exported([REQUEST]), plan, NOW)).toEqual([
    {
      kind: 'request',
      at: Date.parse(REQUEST['event.timestamp']),
      key: 'req_1',
      conversation: REQUEST['session.id'],
      model: 'some-model',
      tokens: { input: 10, output: 5, cacheRead: 3, cacheCreation: 2 },
      costUsd: 0.000175,
    },
  ])
})

test('a request without an id of the provider is known by its place among the events of its process', () => {
  const { request_id: _, ...request } = REQUEST
  const [signal] = signalsInExport(exported([request]), plan, NOW)
  expect(signal).toMatchObject({ key: `${REQUEST['session.id']} ${REQUEST['event.timestamp']} 16` })
})

test('a request that failed is an error with what was answered', () => {
  const failed = { ...REQUEST, 'event.name': 'api_error', status_code: 429 }
  expect(signalsInExport(exported([failed]), plan, NOW)).toEqual([
    {
      kind: 'error',
      at: Date.parse(REQUEST['event.timestamp']),
      key: 'req_1',
      conversation: REQUEST['session.id'],
      model: 'some-model',
      status: '429',
    },
  ])
})

test.each([
  ['another event', { ...REQUEST, 'event.name': 'user_prompt' }],
  ['no model', { ...REQUEST, model: '' }],
  ['no tokens', { ...REQUEST, input_tokens: undefined }],
  ['tokens that are none', { ...REQUEST, input_tokens: 'many' }],
  ['fewer than none', { ...REQUEST, output_tokens: -1 }],
  ['a part of one', { ...REQUEST, output_tokens: 0.5 }],
  ['more than there are', { ...REQUEST, output_tokens: 1e30 }],
  ['nothing to know it by', { ...REQUEST, request_id: undefined, 'session.id': undefined }],
])('%s is no request', (_, record) => {
  expect(signalsInExport(exported([record]), plan, NOW)).toEqual([])
})

test('numbers that an exporter writes as text count as well', () => {
  expect(signalsInExport(exported([{ ...REQUEST, input_tokens: '12' }]), plan, NOW)).toMatchObject([{ tokens: { input: 12 } }])
})

test('a time that no clock shows is replaced by now', () => {
  const record = { ...REQUEST, 'event.timestamp': 'yesterday' }
  expect(signalsInExport(exported([record], { timeUnixNano: '9'.repeat(40) }), plan, NOW)).toMatchObject([{ at: NOW }])
})

test('whatever comes, what is made of it can be written down and read again', () => {
  const attribute = fc.oneof(fc.string(), fc.double(), fc.integer(), fc.constant(undefined))
  const record = fc.record(Object.fromEntries(Object.keys(REQUEST).map((name) => [name, attribute])))
  const named = fc
    .tuple(record, fc.constantFrom('api_request', 'api_error'))
    .map(([some, name]) => ({ ...some, 'event.name': name }))
  const hostile = fc.oneof(
    fc.array(named).map((records) => exported(records)),
    fc.jsonValue(),
    fc.anything(),
  )
  fc.assert(
    fc.property(hostile, (body) => {
      for (const signal of signalsInExport(body, plan, NOW)) {
        const read: unknown = JSON.parse(JSON.stringify({ ...signal, n: 1 }))
        expect(v.is(SignalRecord, read)).toBe(true)
      }
    }),
  )
})

function exported(records: readonly object[], more: object = {}): unknown {
  const logRecords = records.map((record) => ({
    body: { stringValue: 'claude_code' },
    attributes: Object.entries(record).map(([key, value]) => ({ key, value: asValue(value) })),
    ...more,
  }))
  return { resourceLogs: [{ resource: {}, scopeLogs: [{ scope: {}, logRecords }] }] }
}

function asValue(value: unknown): unknown {
  return typeof value === 'number' ? { doubleValue: value } : { stringValue: value }
}
