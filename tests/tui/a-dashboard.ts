/** An invented dashboard with something of everything, and what a view of it reads like. */
import type { Profile } from '../../src/api/profile.js'
import type { Session } from '../../src/api/session.js'
import type { UsageReply } from '../../src/api/usage.js'
import type { Key } from '../../src/tui/keys/key.js'
import { KeyDecoder } from '../../src/tui/keys/key-decoder.js'
import type { Message } from '../../src/tui/model/message.js'
import { type DashboardState, initialState } from '../../src/tui/model/state.js'
import { update } from '../../src/tui/model/update.js'
import { view } from '../../src/tui/view/view.js'
import { aSession } from '../cli/a-session.js'

export const NOW_MS = Date.parse('2026-01-01T12:00:00.000Z')

function minutesAgo(minutes: number): string {
  return new Date(NOW_MS - minutes * 60_000).toISOString()
}

const NO_TOKENS = { input: 0, output: 0, cacheRead: 0, cacheCreation: 0 }

function aProfile(changes: Partial<Profile>): Profile {
  return {
    name: 'work',
    agent: 'claude',
    loggedIn: true,
    loginEndsAt: null,
    default: false,
    sessions: 0,
    runtime: '/runtime',
    linkMode: 'link',
    ...changes,
  }
}

export const PROFILES: readonly Profile[] = [
  aProfile({ name: 'client-a', loggedIn: false }),
  aProfile({ name: 'default', agent: 'codex', default: true, sessions: 1 }),
  aProfile({ name: 'work', sessions: 4 }),
]

export const USAGE: UsageReply = {
  schema: 1,
  since: null,
  profiles: [
    {
      name: 'work',
      agent: 'claude',
      windows: [
        { kind: '5h', usedPercent: 42.4, resetsAt: minutesAgo(-134.6), sampledAt: minutesAgo(3) },
        { kind: '7d', usedPercent: 91, resetsAt: minutesAgo(-4_600.6), sampledAt: minutesAgo(3) },
      ],
      tokens: NO_TOKENS,
      costUsd: 13.5,
      requests: 10,
      errors: 0,
      lastAt: minutesAgo(3),
    },
    {
      name: 'default',
      agent: 'codex',
      windows: [{ kind: '5h', usedPercent: 80, resetsAt: minutesAgo(10), sampledAt: minutesAgo(400) }],
      tokens: NO_TOKENS,
      costUsd: 0,
      requests: 1,
      errors: 0,
      lastAt: minutesAgo(400),
    },
  ],
  rows: [
    { key: 'aaaa0001', profile: 'work', tokens: NO_TOKENS, costUsd: 12.341, requests: 9, errors: 0, lastAt: minutesAgo(3) },
    { key: 'aaaa0003', profile: 'work', tokens: NO_TOKENS, costUsd: 0.4, requests: 1, errors: 0, lastAt: minutesAgo(3) },
  ],
}

export const SESSIONS: readonly Session[] = [
  aSession({ id: 'aaaa0005', name: 'docs', attention: 'idle', attentionSince: minutesAgo(61), createdAt: minutesAgo(62) }),
  aSession({
    id: 'aaaa0001',
    name: 'refactor-the-whole-billing-service',
    attention: 'working',
    attentionSince: minutesAgo(1),
    createdAt: minutesAgo(180),
  }),
  aSession({ id: 'aaaa0002', profile: 'default', agent: 'codex', createdAt: minutesAgo(0.5), kind: 'pipe', size: null }),
  aSession({
    id: 'aaaa0003',
    name: 'fix-login',
    attention: 'permission',
    attentionSince: minutesAgo(12),
    attentionReason: 'Bash(rm -rf build)',
    createdAt: minutesAgo(45),
    attachments: [{ id: 'a1', mode: 'viewer', since: minutesAgo(1) }],
  }),
  aSession({
    id: 'aaaa0004',
    name: 'review',
    attention: 'waiting',
    attentionSince: minutesAgo(50),
    createdAt: minutesAgo(2_000),
  }),
]

export const LAST_LINES: readonly (readonly [string, string])[] = [
  ['aaaa0001', 'Running the tests (12s, esc to interrupt)'],
  ['aaaa0002', '\u5b8c\u4e86\u3057\u307e\u3057\u305f \u{1f389} all 42 modules'],
  ['aaaa0004', 'Shall I go on with the second half?'],
  ['aaaa0005', 'evil \x1b[31m\u202etxet \x07bell'],
]

/** The state after these messages. */
export function informed(state: DashboardState, ...messages: readonly Message[]): DashboardState {
  return messages.reduce((before, message) => update(before, message).state, state)
}

/** The state after something was typed. */
export function typed(state: DashboardState, keys: string): DashboardState {
  return informed(state, ...keysOf(keys).map((key) => ({ type: 'key', key }) as const))
}

export function keysOf(keys: string): readonly Key[] {
  const decoder = new KeyDecoder()
  return [...decoder.push(Buffer.from(keys)), ...decoder.flush()]
}

export function aDashboard(cols: number, rows: number): DashboardState {
  return informed(
    initialState({ cols, rows }),
    { type: 'connection', connection: 'live' },
    { type: 'profiles', profiles: PROFILES },
    { type: 'sessions', sessions: SESSIONS },
    { type: 'usage', usage: USAGE },
    ...LAST_LINES.map(([session, line]) => ({ type: 'last-line', session, line }) as const),
  )
}

/** The texts of the lines, without their styles. */
export function textOf(state: DashboardState, nowMs = NOW_MS): readonly string[] {
  const { frame } = view(state, { nowMs, home: '/home/someone' })
  return frame.lines.map((line) =>
    line
      .map(({ text }) => text)
      .join('')
      .trimEnd(),
  )
}
