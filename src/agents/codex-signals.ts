/**
 * What Codex tells about itself: telemetry, and in its log of a conversation what the account has left. Observed on 0.171.0 against a
 * provider on loopback; `[otel]` is in its documentation of `config.toml`.
 */
import type { SignalFacts } from './signal-facts.js'

export const codexSignals: SignalFacts = {
  files: { managed: ['/etc/codex/managed_config.toml'], inProject: ['.codex/config.toml'], inConfig: 'config.toml' },
  settings: null,
  telemetry: {
    // Its exporter takes what it has to say of itself from here: in an argument, everybody on the machine could read it.
    variables: { OTEL_EXPORTER_OTLP_HEADERS: 'authorization=Bearer {token}' },
    // Not the log records, though they tell of each request: with them on, it asks api.chatgpt.com something at each start.
    arguments: ['-c', 'otel.trace_exporter={otlp-http={endpoint="{url}/v1/traces",protocol="json"}}'],
    persons: ['OTEL_*'],
    // Not the word alone: trusted projects are in there too, and one may be called a hotel.
    personsWords: ['[otel', '[ otel', '\notel', '"otel"'],
    from: 'traces',
    requests: {
      // A turn, with all the requests in it.
      event: 'session_task.turn',
      key: [['turn.id']],
      conversation: 'thread.id',
      model: 'model',
      input: ['codex.turn.token_usage.input_tokens'],
      output: ['codex.turn.token_usage.output_tokens'],
      cacheRead: 'codex.turn.token_usage.cached_input_tokens',
      cacheCreation: null,
      inputHoldsCacheRead: true,
      costUsd: null,
    },
    errors: null,
  },
  conversationLog: {
    // sessions/2026/11/28/rollout-2026-11-28T10-01-24-<id>.jsonl
    folder: 'sessions',
    depth: 3,
    word: '"token_count"',
    allowances: {
      windows: ['payload', 'rate_limits'],
      kinds: {},
      minutes: 'window_minutes',
      usedPercent: 'used_percent',
      resetsAt: 'resets_at',
      answers: [],
    },
  },
}
