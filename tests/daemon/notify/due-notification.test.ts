/** When somebody is told that a session needs them, and what they are told. */
import { expect, test } from 'vitest'
import type { Session } from '../../../src/api/session.js'
import { appleScript, notifySend } from '../../../src/daemon/notify/desktop-command.js'
import { dueNotification } from '../../../src/daemon/notify/due-notification.js'
import {
  nearLimitTexts,
  nearLimitVariables,
  notificationTexts,
  notificationVariables,
} from '../../../src/daemon/notify/notification.js'
import { aSession } from '../../cli/a-session.js'

const since = '2026-01-01T12:00:00.000Z'
const sinceMs = Date.parse(since)
const waiting = aSession({ attention: 'waiting', attentionSince: since, attentionReason: null })

function due(session: Session, ageMs: number, told?: string) {
  return dueNotification(session, { when: ['waiting', 'permission'], told, nowMs: sinceMs + ageMs })
}

test('what has lasted a second, and nobody was told of', () => {
  expect(due(waiting, 1_000)).toEqual({ kind: 'tell', since })
  expect(due(waiting, 400)).toEqual({ kind: 'later', inMs: 600 })
  // The clock was set back.
  expect(due(waiting, -3_600_000)).toEqual({ kind: 'later', inMs: 1_000 })
  expect(due(waiting, 1_000, 'another time')).toEqual({ kind: 'tell', since })
  expect(due(waiting, 1_000, since)).toEqual({ kind: 'no' })
})

test('not of what nobody asked to be told, of what is old, or of what somebody has seen', () => {
  expect(due({ ...waiting, attention: 'idle' }, 2_000)).toEqual({ kind: 'no' })
  expect(due({ ...waiting, attention: 'limit' }, 2_000)).toEqual({ kind: 'no' })
  expect(due({ ...waiting, attention: null }, 2_000)).toEqual({ kind: 'no' })
  expect(due(waiting, 5 * 60_000)).toEqual({ kind: 'no' })
  expect(due({ ...waiting, attentionSince: 'nonsense' }, 2_000)).toEqual({ kind: 'no' })
  expect(due({ ...waiting, attentionSeen: since }, 2_000)).toEqual({ kind: 'no' })
  expect(due({ ...waiting, hostHangs: true }, 2_000)).toEqual({ kind: 'no' })
})

test.each(['controller', 'viewer'] as const)('whoever looks at it as a %s knows', (mode) => {
  expect(due({ ...waiting, attachments: [{ id: 'a1', mode, since }] }, 1_000)).toEqual({ kind: 'known', since })
})

const hostile = aSession({
  name: 'a\x1b]0;b',
  attention: 'permission',
  attentionSince: since,
  attentionReason: 'rm\r\n\x07<b>&-x',
})

test('its variables hold no text that acts', () => {
  expect(notificationVariables(hostile)).toEqual({
    PERCH_SESSION: '12345678',
    PERCH_NAME: 'a ]0;b',
    PERCH_PROFILE: 'work',
    PERCH_ATTENTION: 'permission',
    PERCH_REASON: 'rm <b>&-x',
  })
  expect(notificationVariables(waiting)).toMatchObject({ PERCH_NAME: '', PERCH_REASON: '' })
})

test('an allowance that is nearly used up is of no session', () => {
  const near = { profile: 'work', window: '5h\x1b', usedPercent: 82.4, resetsAt: null }
  expect(nearLimitVariables(near)).toEqual({
    PERCH_SESSION: '',
    PERCH_NAME: '',
    PERCH_PROFILE: 'work',
    PERCH_ATTENTION: 'usage-warning',
    PERCH_REASON: '5h is used to 82 %',
  })
  const { title, body } = nearLimitTexts({ ...near, resetsAt: since })
  expect({ title, body }).toEqual({
    title: 'perch: work',
    body: expect.stringMatching(/^5h is used to 82 %, resets 20\d\d-\d\d-\d\d \d\d:\d\d/),
  })
})

test('on a desktop its texts are arguments, and no markup', () => {
  const texts = notificationTexts(hostile)
  expect(notifySend(texts)).toEqual([
    '--app-name=perch',
    '--',
    'perch: a ]0;b (work)',
    'asks for a permission: rm &lt;b&gt;&amp;-x',
  ])
  expect(appleScript(texts).slice(-2)).toEqual([texts.title, texts.body])
  expect(appleScript(texts).slice(0, -2).join(' ')).not.toContain('rm')
  expect(notificationTexts(waiting)).toEqual({ title: 'perch: 12345678 (work)', body: 'waits for you' })
})
