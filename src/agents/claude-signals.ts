/**
 * What Claude Code tells about itself: hooks, the status line, telemetry. Names and values were observed on 2.1.197, with and without a
 * terminal, against a provider on loopback; the variables are those of its documentation (code.claude.com/docs: monitoring-usage).
 */
import type { SignalFacts } from './signal-facts.js'

/** `request_id` is the provider's, and the same in the transcript; where the provider gives none, the place in the process's events is. */
const KEY = [['request_id'], ['session.id', 'event.timestamp', 'event.sequence']] as const

export const claudeSignals: SignalFacts = {
  files: {
    managed: ['/etc/claude-code/managed-settings.json', '/Library/Application Support/ClaudeCode/managed-settings.json'],
    inProject: ['.claude/settings.local.json', '.claude/settings.json'],
    inConfig: 'settings.json',
  },
  settings: {
    option: '--settings',
    // `--output-format stream-json` has a line for each hook that begins and ends; it is read by programs.
    headless: ['-p', '--print', '--output-format', '--input-format'],
    hooks: {
      SessionStart: 'session-started',
      UserPromptSubmit: 'prompt-submitted',
      // Not PreToolUse as well: each hook costs a call of a tool some 20 ms, and the prompt has said that the agent works.
      PostToolUse: 'tool-ended',
      PermissionRequest: 'permission-asked',
      Notification: 'notified',
      Stop: 'turn-ended',
      StopFailure: 'turn-failed',
      SessionEnd: 'session-ended',
    },
    hookKeys: { tool: 'tool_name', about: 'notification_type', message: 'message', error: 'error' },
    statusLine: {
      windows: ['rate_limits'],
      kinds: { five_hour: '5h', seven_day: '7d' },
      minutes: null,
      usedPercent: 'used_percentage',
      resetsAt: 'resets_at',
      answers: ['cost', 'total_api_duration_ms'],
    },
  },
  telemetry: {
    variables: {
      CLAUDE_CODE_ENABLE_TELEMETRY: '1',
      // The metrics say nothing that the records of requests do not, and would have to be kept from counting twice.
      OTEL_LOGS_EXPORTER: 'otlp',
      OTEL_EXPORTER_OTLP_LOGS_PROTOCOL: 'http/json',
      OTEL_EXPORTER_OTLP_LOGS_ENDPOINT: '{url}/v1/logs',
      // Literally: what the specification has percent-encoded is sent as it is.
      OTEL_EXPORTER_OTLP_LOGS_HEADERS: 'Authorization=Bearer {token}',
      // What an agent that is killed has not sent is lost.
      OTEL_LOGS_EXPORT_INTERVAL: '1000',
    },
    arguments: [],
    persons: ['CLAUDE_CODE_ENABLE_TELEMETRY', 'OTEL_*'],
    personsWords: ['CLAUDE_CODE_ENABLE_TELEMETRY', '"OTEL_'],
    from: 'logs',
    requests: {
      event: 'api_request',
      key: KEY,
      conversation: 'session.id',
      model: 'model',
      input: ['input_tokens'],
      output: ['output_tokens'],
      cacheRead: 'cache_read_tokens',
      cacheCreation: 'cache_creation_tokens',
      inputHoldsCacheRead: false,
      costUsd: 'cost_usd',
    },
    errors: { event: 'api_error', key: KEY, conversation: 'session.id', model: 'model', status: 'status_code' },
  },
  conversationLog: null,
}
