/** Exports of telemetry as the real client makes them, and as nobody should. */
import fc from 'fast-check'
import * as v from 'valibot'
import { expect, test } from 'vitest'
import type { AgentDefinition } from '../../../src/agents/agent-definition.js'
import { claude } from '../../../src/agents/claude.js'
import { codex } from '../../../src/agents/codex.js'
import { gemini } from '../../../src/agents/gemini.js'
import { SignalRecord } from '../../../src/api/signal.js'
import type { TelemetryPlan } from '../../../src/api/signal-plan.js'
import { planSignals } from '../../../src/daemon/sessions/plan-signals.js'
import { signalsInExport } from '../../../src/host/signals/telemetry-records.js'

const plan = planOf(claude)
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

test('what another agent reads from its cache is not counted twice, and what it thinks is written', () => {
  const ofCodex = {
    'turn.id': 't',
    'thread.id': 'c',
    model: 'some-model',
    'codex.turn.token_usage.input_tokens': '111',
    'codex.turn.token_usage.cached_input_tokens': '40',
    'codex.turn.token_usage.output_tokens': '22',
  }
  const ofGemini = {
    'event.name': 'gemini_cli.api_response',
    'event.timestamp': REQUEST['event.timestamp'],
    'session.id': 'c',
    prompt_id: 'p',
    model: 'some-model',
    input_token_count: 111,
    cached_content_token_count: 40,
    tool_token_count: 3,
    output_token_count: 22,
    thoughts_token_count: 5,
  }
  const tokens = { cacheRead: 40, cacheCreation: 0 }
  const { logRecords: spans } = scopeOf([ofCodex], { name: 'session_task.turn', endTimeUnixNano: `${NOW}000000` })

  expect(signalsInExport({ resourceSpans: [{ scopeSpans: [{ spans }] }] }, planOf(codex), 0)).toMatchObject([
    { at: NOW, key: 't', conversation: 'c', tokens: { ...tokens, input: 71, output: 22 } },
  ])
  expect(signalsInExport(exported([ofGemini]), planOf(gemini), NOW)).toMatchObject([
    { tokens: { ...tokens, input: 74, output: 27 } },
  ])
})

test('an answer that succeeded is no error', () => {
  const answered = { ...REQUEST, 'event.name': 'api_error', status_code: '200' }

  expect(signalsInExport(exported([answered, { ...answered, status_code: '500' }]), plan, NOW)).toMatchObject([
    { kind: 'error', status: '500' },
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

function planOf(agent: AgentDefinition): TelemetryPlan {
  const telemetry = planSignals({
    plan: { agent, args: [], home: '/nowhere', command: [agent.name] },
    runtime: { folder: '/nowhere' },
    launchArgs: [],
    env: {},
    cwd: '/nowhere',
    folder: '/nowhere',
  })?.telemetry
  if (!telemetry) throw new Error(`${agent.name} has no telemetry`)
  return telemetry
}

function exported(records: readonly object[], more: object = {}): unknown {
  return { resourceLogs: [{ resource: {}, scopeLogs: [scopeOf(records, more)] }] }
}

function scopeOf(records: readonly object[], more: object) {
  const logRecords = records.map((record) => ({
    body: { stringValue: 'claude_code' },
    attributes: Object.entries(record).map(([key, value]) => ({ key, value: asValue(value) })),
    ...more,
  }))
  return { scope: {}, logRecords }
}

function asValue(value: unknown): unknown {
  return typeof value === 'number' ? { doubleValue: value } : { stringValue: value }
}
