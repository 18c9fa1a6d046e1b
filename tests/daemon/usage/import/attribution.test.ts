/** Whose a request in a transcript is, and which of its lines count. */
import { expect, test } from 'vitest'
import { attribute, type ConversationSession } from '../../../../src/daemon/usage/import/attribution.js'
import { mostOf } from '../../../../src/daemon/usage/import/import-transcripts.js'
import { transcriptRequest } from '../../../../src/daemon/usage/import/transcript-line.js'

const MINUTE = 60_000
const NOW = Date.UTC(2026, 10, 28, 12)
const AT = NOW - 600 * MINUTE

function session(profile: string, startsAfter: number, more: Partial<ConversationSession> = {}): ConversationSession {
  return { profile, startedAt: AT + startsAfter * MINUTE, isLive: false, lastToldAt: null, ...more }
}

test.each([
  ['no session had it', [], { counts: true, profile: 'default' }],
  ['a session had it and told nothing', [session('work', -5)], { counts: true, profile: 'work' }],
  ['a session had it later', [session('work', 5)], { counts: true, profile: 'work' }],
  ['of two the one before it', [session('a', -9), session('b', -5), session('c', 5)], { counts: true, profile: 'b' }],
  ['told while it ran', [session('work', -5, { lastToldAt: AT + MINUTE })], { counts: false, why: 'told' }],
  ['after the last that was told', [session('work', -9, { lastToldAt: AT - 5 * MINUTE })], { counts: true, profile: 'work' }],
  ['written just after it was told', [session('work', -9, { lastToldAt: AT - MINUTE / 2 })], { counts: false, why: 'told' }],
  ['of a session that lives', [session('work', -5, { isLive: true })], { counts: false, why: 'live' }],
  ['before the session that lives', [session('work', 5, { isLive: true })], { counts: true, profile: 'work' }],
] as const)('%s', (_, sessions, expected) => {
  expect(attribute({ at: AT }, { sessions, isLiveFolder: true, fallback: 'default', nowMs: NOW })).toEqual(expected)
})

test('what was just written where a session lives is left to that; what is older than is kept never counts', () => {
  const facts = { sessions: [], isLiveFolder: true, fallback: 'default', nowMs: NOW }
  expect(attribute({ at: NOW - 10 }, facts)).toEqual({ counts: false, why: 'live' })
  expect(attribute({ at: NOW - 10 }, { ...facts, isLiveFolder: false })).toEqual({ counts: true, profile: 'default' })
  expect(attribute({ at: NOW - 401 * 86_400_000 }, facts)).toEqual({ counts: false, why: 'old' })
})

const LINE = {
  type: 'assistant',
  timestamp: '2026-11-28T10:00:00.000Z',
  sessionId: 'c1',
  cwd: '/src',
  requestId: 'req_1',
  message: {
    id: 'msg_1',
    model: 'opus',
    content: 'secret',
    usage: { input_tokens: 3, output_tokens: 1, cache_read_input_tokens: null },
  },
}

test('of a line only names and numbers are taken', () => {
  const request = transcriptRequest(JSON.stringify(LINE))
  expect(request).toEqual({
    name: 'msg_1 req_1',
    at: Date.UTC(2026, 10, 28, 10),
    conversation: 'c1',
    folder: '/src',
    model: 'opus',
    tokens: { input: 3, output: 1, cacheRead: 0, cacheCreation: 0 },
  })
  if (request === undefined) throw new Error('it is one')
  const later = { ...request, tokens: { ...request.tokens, output: 9, input: 0 } }
  expect(mostOf(request, later).tokens).toEqual({ input: 3, output: 9, cacheRead: 0, cacheCreation: 0 })
})

test.each([
  ['a line that is cut off', JSON.stringify(LINE).slice(0, -20)],
  ['what the person said', JSON.stringify({ ...LINE, type: 'user' })],
  [
    'what the program says in place of an answer',
    JSON.stringify({ ...LINE, message: { ...LINE.message, model: '<synthetic>' } }),
  ],
  ['a line without a time', JSON.stringify({ ...LINE, timestamp: 'soon' })],
  ['tokens that are no number', JSON.stringify({ ...LINE, message: { ...LINE.message, usage: { input_tokens: -4 } } })],
  [
    'more tokens than can be summed',
    JSON.stringify({ ...LINE, message: { ...LINE.message, usage: { input_tokens: Number.MAX_VALUE } } }),
  ],
  ['a model with a NUL in its name', JSON.stringify({ ...LINE, message: { ...LINE.message, model: 'a\0b' } })],
  ['a model with a name of a megabyte', JSON.stringify({ ...LINE, message: { ...LINE.message, model: 'x'.repeat(1e6) } })],
  ['no object', '[]'],
])('%s counts for nothing', (_, line) => {
  expect(transcriptRequest(line)).toBeUndefined()
})
