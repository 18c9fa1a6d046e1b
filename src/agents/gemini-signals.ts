/**
 * What Gemini CLI tells about itself: telemetry. Observed on the release of the tests against a provider on loopback; the variables are
 * those of its documentation (docs/cli/telemetry.md). It says nothing of what an account has left.
 */
import type { SignalFacts } from './signal-facts.js'

const KEY = [['session.id', 'event.timestamp', 'prompt_id']] as const

export const geminiSignals: SignalFacts = {
  files: { managed: ['/etc/gemini-cli/settings.json'], inProject: ['.gemini/settings.json'], inConfig: 'settings.json' },
  settings: null,
  telemetry: {
    variables: {
      GEMINI_TELEMETRY_ENABLED: 'true',
      GEMINI_TELEMETRY_TARGET: 'local',
      GEMINI_TELEMETRY_LOG_PROMPTS: 'false',
      GEMINI_TELEMETRY_OTLP_PROTOCOL: 'http',
      GEMINI_TELEMETRY_OTLP_ENDPOINT: '{url}',
      OTEL_EXPORTER_OTLP_HEADERS: 'authorization=Bearer {token}',
    },
    arguments: [],
    persons: ['GEMINI_TELEMETRY_*', 'OTEL_*'],
    personsWords: ['"telemetry"'],
    from: 'logs',
    requests: {
      event: 'gemini_cli.api_response',
      key: KEY,
      conversation: 'session.id',
      model: 'model',
      input: ['input_token_count', 'tool_token_count'],
      output: ['output_token_count', 'thoughts_token_count'],
      cacheRead: 'cached_content_token_count',
      cacheCreation: null,
      inputHoldsCacheRead: true,
      costUsd: null,
    },
    errors: { event: 'gemini_cli.api_error', key: KEY, conversation: 'session.id', model: 'model', status: 'status_code' },
  },
  conversationLog: null,
}
