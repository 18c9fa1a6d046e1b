/** What agents hand on of their telemetry is told from what a person has set up. */
import { expect, test } from 'vitest'
import { handedTelemetry } from '../../src/agents/handed-telemetry.js'
import { BUILT_IN } from '../kit/built-in-agents.js'

const TOKEN = 't_-7'.repeat(8)

const handed = (env: Readonly<Record<string, string>>) =>
  [...handedTelemetry(BUILT_IN.all, { PERCH_SESSION: '12345678', ...env })].sort()

test('the token of a host, and what is set beside it', () => {
  expect(handed({ OTEL_EXPORTER_OTLP_HEADERS: `authorization=Bearer ${TOKEN}` })).toEqual(['OTEL_EXPORTER_OTLP_HEADERS'])
  expect(
    handed({
      OTEL_EXPORTER_OTLP_HEADERS: `authorization=Bearer ${TOKEN}`,
      GEMINI_TELEMETRY_ENABLED: 'true',
      GEMINI_TELEMETRY_TARGET: 'gcp',
      GEMINI_TELEMETRY_OTLP_ENDPOINT: 'http://127.0.0.1:1',
    }),
  ).toEqual(['GEMINI_TELEMETRY_ENABLED', 'GEMINI_TELEMETRY_OTLP_ENDPOINT', 'OTEL_EXPORTER_OTLP_HEADERS'])
})

test('outside of a session nothing is handed on', () => {
  const env = { OTEL_EXPORTER_OTLP_HEADERS: `authorization=Bearer ${TOKEN}` }
  expect([...handedTelemetry(BUILT_IN.all, env)]).toEqual([])
})

test.each([
  [{ OTEL_EXPORTER_OTLP_HEADERS: 'authorization=Bearer mine' }],
  [{ OTEL_EXPORTER_OTLP_HEADERS: `authorization=Bearer ${TOKEN},x=1` }],
  [{ GEMINI_TELEMETRY_ENABLED: 'true', GEMINI_TELEMETRY_OTLP_ENDPOINT: 'http://127.0.0.1:4318' }],
  [{ GEMINI_TELEMETRY_ENABLED: 'true', CLAUDE_CODE_ENABLE_TELEMETRY: '1' }],
  [{}],
])("%j is a person's own", (env: Readonly<Record<string, string>>) => {
  expect(handed(env)).toEqual([])
})
