import { expect, test } from 'vitest'
import type { HostStatus } from '../../../src/api/host-protocol.js'
import type { Tee } from '../../../src/api/session.js'
import type { ExitRecord } from '../../../src/api/session-record.js'
import { sessionView, sessionViews } from '../../../src/daemon/http/session-view.js'
import { sessionRecord } from '../../kit/session-record.js'

const record = sessionRecord({ id: '3f2a91c0', host: { pid: 1, startTime: '', bootId: '' }, child: null })
const tee = (missed: number): Tee => ({
  id: 't1',
  stream: 'stdout',
  kind: 'file',
  policy: 'block',
  missed,
  connected: missed === 0,
})
const status: HostStatus = {
  state: 'running',
  pid: 2,
  size: null,
  streams: { stdout: { start: 0, end: 5 } },
  attachments: [],
  tees: [tee(0)],
  exit: null,
  heldBack: ['stdout'],
}
const exit: ExitRecord = {
  schema: 1,
  endedAt: '',
  exit: { code: 0, signal: null, outcome: 'exited', signalsSent: [] },
  streams: { stdout: { start: 0, end: 9 } },
  tees: [tee(4)],
}

test('a live session is shown with its tees as they are, and with what is held back', () => {
  expect(sessionView({ record, state: 'running', status, exit: null })).toMatchObject({ tees: [tee(0)], heldBack: ['stdout'] })
})

test('an ended one is shown with its tees as they ended; nothing is held back any more', () => {
  const view = sessionView({ record, state: 'exited', status, exit })
  expect(view.tees).toEqual([tee(4)])
  expect(view).not.toHaveProperty('heldBack')
})

test('a session whose host died needs nobody, though its end is not written down yet', () => {
  const waiting: HostStatus = { ...status, attention: { state: 'waiting', since: '2026-01-01T12:00:00.000Z', reason: null } }
  expect(sessionView({ record, state: 'running', status: waiting, exit: null }).attention).toBe('waiting')
  expect(sessionView({ record, state: 'lost', status: waiting, exit: null }).attention).toBeNull()
})

test('the exit record of an older perch has no tees', () => {
  const { tees: _, ...older } = exit
  expect(sessionView({ record, state: 'exited', status: undefined, exit: older }).tees).toEqual([])
})

test('the view of a session stays the same object until something it is made of is replaced', () => {
  const view = sessionViews()
  const first = view({ record, state: 'running', status, exit: null })
  expect(view({ record, state: 'running', status, exit: null })).toBe(first)
  for (const change of [
    { record: { ...record } },
    { state: 'lost' as const },
    { status: { ...status } },
    { exit },
    { hostHangs: true },
  ]) {
    const changed = view({ record, state: 'running', status, exit: null, ...change })
    expect(changed).not.toBe(first)
    expect(view({ record, state: 'running', status, exit: null, ...change })).toBe(changed)
    view({ record, state: 'running', status, exit: null })
  }
})
