import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type DerivedState, deriveState, type SessionFacts } from '../../../src/daemon/sessions/derive-state.js'

const starting: DerivedState = { state: 'starting', live: true, mustSettle: false }
const running: DerivedState = { state: 'running', live: true, mustSettle: false }
const lostButAlive: DerivedState = { state: 'lost', live: true, mustSettle: true }
const lostForGood: DerivedState = { state: 'lost', live: false, mustSettle: true }
const exited: DerivedState = { state: 'exited', live: false, mustSettle: false }
const lost: DerivedState = { state: 'lost', live: false, mustSettle: false }

const CASES: readonly (readonly [SessionFacts['host'], SessionFacts['child'], SessionFacts['outcome'], DerivedState])[] = [
  ['alive', null, null, starting],
  ['unknown', null, null, starting],
  ['alive', 'alive', null, running],
  ['alive', 'dead', null, running],
  ['alive', 'unknown', null, running],
  ['unknown', 'alive', null, running],
  ['unknown', 'dead', null, running],
  ['dead', null, null, lostForGood],
  ['dead', 'dead', null, lostForGood],
  ['dead', 'alive', null, lostButAlive],
  ['dead', 'unknown', null, lostButAlive],
  ['alive', 'alive', 'exited', exited],
  ['dead', 'dead', 'exited', exited],
  ['dead', 'dead', 'terminated', exited],
  ['dead', null, 'killed', exited],
  ['dead', 'dead', 'lost', lost],
  ['unknown', 'unknown', 'lost', lost],
]

describe('the state of a session', () => {
  test.each(CASES)('host %s, child %s, outcome %s', (host, child, outcome, expected) => {
    expect(deriveState({ host, child, outcome })).toEqual(expected)
  })

  test('doubt about the host never leads to cleaning up', () => {
    const liveness = fc.constantFrom('alive', 'dead', 'unknown' as const)
    const outcome = fc.constantFrom('exited', 'terminated', 'killed', 'lost', null)
    fc.assert(
      fc.property(liveness, fc.option(liveness), outcome, (host, child, seen) => {
        const { mustSettle, live } = deriveState({ host, child, outcome: seen })
        if (host !== 'dead') expect(mustSettle).toBe(false)
        if (seen !== null) expect(live).toBe(false)
        if (seen === null && child === 'unknown') expect(live).toBe(true)
      }),
    )
  })
})
