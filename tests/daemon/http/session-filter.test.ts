/** What a list of sessions is narrowed to. */
import { describe, expect, test } from 'vitest'
import type { Session } from '../../../src/api/session.js'
import { filterOfQuery, isAsked, listsEnded } from '../../../src/daemon/http/session-filter.js'

const SESSION: Pick<Session, 'state' | 'profile' | 'originator' | 'labels'> = {
  state: 'running',
  profile: 'work',
  originator: 'ci',
  labels: { job: '7', '': 'x' },
}

const filter = (query: string) => filterOfQuery(new URLSearchParams(query))
const fits = (query: string) => isAsked(SESSION as Session, filter(query))

test.each([
  ['', true],
  ['profile=work&originator=ci&state=running&label=job%3D7', true],
  ['profile=home', false],
  ['originator=', false],
  ['state=exited', false],
  ['label=job%3D7&label=job%3D8', false],
  ['label=toString%3Dx', false],
  ['label=job%3D', false],
])('%j', (query, expected) => expect(fits(query)).toBe(expected))

test('ended ones are listed on request, and when a state is named', () => {
  expect(['', 'all=1', 'state=running', 'state=exited', 'profile=x'].map((query) => listsEnded(filter(query)))).toEqual([
    false,
    true,
    true,
    true,
    false,
  ])
})

describe('what makes no sense is refused', () => {
  test.each(['state=gone', 'state=', 'label=job', 'label=%3D7'])('%j', (query) => {
    expect(() => filter(query)).toThrow(expect.objectContaining({ code: 'bad-request' }))
  })
})
