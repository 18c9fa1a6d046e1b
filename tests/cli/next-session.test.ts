/** Sessions that need somebody: which comes next, and how lists show them. */
import { expect, test } from 'vitest'
import type { Session } from '../../src/api/session.js'
import { attentionCell } from '../../src/cli/attention-cell.js'
import { nextSession } from '../../src/cli/next-session.js'
import { aSession } from './a-session.js'

const at = (minute: number) => `2026-01-01T12:${String(minute).padStart(2, '0')}:00.000Z`

function needing(id: string, attention: Session['attention'], minute: number, changes: Partial<Session> = {}): Session {
  return aSession({ id, attention, attentionSince: at(minute), attentionReason: null, ...changes })
}

test('the one that has waited longest comes first, whatever it waits for', () => {
  const all = [needing('a', 'waiting', 3), needing('b', 'limit', 1), needing('c', 'permission', 2)]
  expect(nextSession(all)?.id).toBe('b')
  expect(nextSession([...all].reverse())?.id).toBe('b')
})

test('what somebody has seen and left as it is comes last, the one seen longest ago before the others', () => {
  const seen = [needing('a', 'permission', 1, { attentionSeen: at(9) }), needing('b', 'permission', 2, { attentionSeen: at(8) })]
  expect(nextSession([...seen, needing('c', 'waiting', 5)])?.id).toBe('c')
  expect(nextSession(seen)?.id).toBe('b')
})

test('nobody is sent to what works, is idle, has no terminal, does not answer, or is on a terminal already', () => {
  const attached = { attachments: [{ id: 'a1', mode: 'controller', since: at(1) }] } as const
  expect(
    nextSession([
      needing('a', 'working', 1),
      needing('b', 'idle', 1),
      needing('c', 'limit', 1, { kind: 'pipe' }),
      needing('d', 'waiting', 1, { hostHangs: true }),
      needing('e', 'waiting', 1, { attachments: [...attached.attachments] }),
      aSession(),
    ]),
  ).toBeUndefined()
  expect(nextSession([needing('f', 'waiting', 1, { attachments: [{ id: 'a1', mode: 'viewer', since: at(1) }] })])?.id).toBe('f')
})

test.each<[Session, string, string]>([
  [needing('a', 'waiting', 0), 'waiting 3m', 'call'],
  [needing('a', 'permission', 2), 'permission 1m', 'call'],
  [needing('a', 'limit', 3), 'limit 0s', 'bad'],
  [needing('a', 'working', 0), 'working', 'good'],
  [needing('a', 'idle', 0), 'idle', 'quiet'],
  [aSession(), 'running', 'good'],
])('a list shows how long it has waited', (session, text, tone) => {
  expect(attentionCell(session, Date.parse(at(3)))).toEqual({ text, tone })
})
