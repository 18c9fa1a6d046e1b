import { expect, test } from 'vitest'
import { type Route, routes } from '../../../src/api/routes.js'
import type { Session } from '../../../src/api/session.js'
import { replyText } from '../../../src/daemon/http/reply-text.js'
import { corruptSessionView } from '../../../src/daemon/http/session-view.js'

const list: Route = routes.listSessions
const session = (id: string): Session =>
  corruptSessionView({ id, state: 'lost', problem: 'torn "off"', createdAt: '2026-01-01T00:00:00.000Z', exit: null })

test('a list is the document that was given, also when its sessions were written before', () => {
  const [a, b, c] = [session('a'), session('b'), session('c')]
  for (const sessions of [[], [a], [a, b], [b, c, a]]) {
    expect(JSON.parse(replyText(list, { schema: 1, sessions }))).toEqual({ schema: 1, sessions })
  }
})

test('a session that is not what the API promises is never sent', () => {
  const wrong = { ...session('a'), state: 'asleep' }
  for (let time = 0; time < 2; time++) {
    expect(() => replyText(list, { schema: 1, sessions: [session('b'), wrong] })).toThrow(
      expect.objectContaining({ code: 'internal', message: expect.stringContaining('GET /v1/sessions is wrong at state') }),
    )
  }
  expect(() => replyText(list, { sessions: [] })).toThrow(expect.objectContaining({ code: 'internal' }))
})

test('every other reply is checked as a whole', () => {
  expect(JSON.parse(replyText(routes.showSession, { schema: 1, session: session('a') }))).toMatchObject({ session: { id: 'a' } })
  expect(() => replyText(routes.showSession, { schema: 1 })).toThrow(expect.objectContaining({ code: 'internal' }))
})
