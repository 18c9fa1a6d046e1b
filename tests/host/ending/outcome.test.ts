import { describe, expect, test } from 'vitest'
import { deriveOutcome, type SignalFact } from '../../../src/host/ending/outcome.js'
import type { WaitStatus } from '../../../src/platform/process/owned-process.js'

const code = (value: number): WaitStatus => ({ code: value, signal: null })
const died = (signal: NodeJS.Signals): WaitStatus => ({ code: null, signal })
const sent = (signal: string, disposition: SignalFact['disposition'], toEnd = true): SignalFact => ({
  signal,
  disposition,
  toEnd,
  at: '2026-11-21T08:00:00.000Z',
})

describe('the outcome of', () => {
  const cases: readonly [what: string, status: WaitStatus, signals: readonly SignalFact[], outcome: string][] = [
    ['a program that ends', code(0), [], 'exited'],
    ['a program that fails', code(3), [], 'exited'],
    ['a program that crashes', died('SIGSEGV'), [], 'exited'],
    ['a program killed by somebody else', died('SIGKILL'), [], 'exited'],
    ['a program that dies of our SIGTERM', died('SIGTERM'), [sent('SIGTERM', 'default')], 'terminated'],
    ['a program that cleans up on SIGTERM and exits 0', code(0), [sent('SIGTERM', 'caught')], 'terminated'],
    ['a program that exits with its own code after SIGTERM', code(7), [sent('SIGTERM', 'caught')], 'terminated'],
    // An earlier tool called this "soft exit", from the time that had passed.
    ['a program that ignores SIGTERM and exits by itself later', code(7), [sent('SIGTERM', 'ignored')], 'exited'],
    ['a program that ended just before SIGTERM came', code(0), [sent('SIGTERM', 'default')], 'exited'],
    [
      'a shell that ignores SIGTERM and dies of SIGHUP',
      died('SIGHUP'),
      [sent('SIGHUP', 'caught'), sent('SIGTERM', 'ignored')],
      'terminated',
    ],
    ['a program that ignores everything', died('SIGKILL'), [sent('SIGTERM', 'ignored'), sent('SIGKILL', 'default')], 'killed'],
    [
      'a program that exits between SIGTERM and SIGKILL',
      code(0),
      [sent('SIGTERM', 'caught'), sent('SIGKILL', 'default')],
      'terminated',
    ],
    // An earlier tool called this "hard killed", because a grandchild held the pipe for longer than the grace.
    ['a leader that ended by itself before its rest was killed', code(0), [sent('SIGKILL', 'unknown')], 'exited'],
    [
      'a program that a person sent SIGINT to and that died of it',
      died('SIGINT'),
      [sent('SIGINT', 'default', false)],
      'terminated',
    ],
    ['a program that a person sent SIGKILL to', died('SIGKILL'), [sent('SIGKILL', 'default', false)], 'killed'],
    ['a program that handled SIGINT and ended hours later', code(0), [sent('SIGINT', 'caught', false)], 'exited'],
    ['a program that handled SIGUSR1 and crashed later', died('SIGSEGV'), [sent('SIGUSR1', 'caught', false)], 'exited'],
    ['a program that crashes while it handles SIGTERM', died('SIGABRT'), [sent('SIGTERM', 'caught')], 'terminated'],
    ['a program on a system that does not tell dispositions', code(143), [sent('SIGTERM', 'unknown')], 'terminated'],
  ]
  for (const [what, status, signals, outcome] of cases) {
    test(`${what} is ${outcome}`, () => expect(deriveOutcome(status, signals)).toBe(outcome))
  }
})
