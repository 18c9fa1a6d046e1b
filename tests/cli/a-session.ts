/** An invented session for tests of what is shown. */
import type { Session } from '../../src/api/session.js'

export function aSession(changes: Partial<Session> = {}): Session {
  return {
    id: '12345678',
    name: null,
    profile: 'work',
    agent: 'claude',
    argv: ['claude'],
    cwd: '/home/someone/project',
    kind: 'pty',
    labels: {},
    originator: null,
    state: 'running',
    attention: null,
    conversation: null,
    parent: null,
    hostPid: 1,
    pid: 2,
    createdAt: '2026-01-01T11:00:00.000Z',
    endedAt: null,
    size: { cols: 80, rows: 24 },
    streams: {},
    attachments: [],
    tees: [],
    exit: null,
    ...changes,
  }
}
