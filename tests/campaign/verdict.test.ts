import { describe, expect, test } from 'vitest'
import { isMissed, type Verdict, verdictOnLosses, verdictTable } from './verdict.js'

const verdictOf = (rounds: number, done: number, losses: readonly string[]): Verdict =>
  verdictOnLosses('steal', 'real hosts', { rounds, full: 1_000 }, { rounds: done, losses })

describe('a row is met', () => {
  const cases: readonly [what: string, verdict: Verdict, outcome: Verdict['outcome']][] = [
    ['when nothing was lost in any round', verdictOf(1_000, 1_000, []), 'met'],
    ['not when one round lost something', verdictOf(1_000, 1_000, ['round 3: a byte']), 'missed'],
    ['not when it was given up', verdictOf(1_000, 20, []), 'missed'],
  ]
  for (const [what, verdict, outcome] of cases) {
    test(what, () => {
      expect(verdict.outcome).toBe(outcome)
      expect(isMissed([verdict])).toBe(outcome === 'missed')
    })
  }

  test('and says so when it was only a sample', () => {
    expect(verdictOf(100, 100, []).runs).toBe('100 (sample of 1,000)')
    expect(verdictTable([verdictOf(100, 100, [])])).toContain(
      '| steal | real hosts | 100 (sample of 1,000) | 0 of 100 lost | 0 of 1,000 | met |',
    )
  })
})
