import { expect, test } from 'vitest'
import { planTee, type TeeOptions } from '../../../src/host/tee/tee-plan.js'

const PTY = { kind: 'pty', streams: ['pty'] } as const
const PIPES = { kind: 'pipe', streams: ['stdout', 'stderr'] } as const
const MERGED = { kind: 'pipe', streams: ['stdout'] } as const

test('what was not said is filled in', () => {
  const usual = { policy: 'drop-oldest', from: { at: 'live' } }
  expect(planTee({}, PTY)).toEqual({ stream: 'pty', ...usual })
  expect(planTee({}, PIPES)).toEqual({ stream: 'stdout', ...usual })
  expect(planTee({ stream: 'stdin', policy: 'drop-newest' }, PTY)).toEqual({ ...usual, stream: 'stdin', policy: 'drop-newest' })
  const all: TeeOptions = { stream: 'stderr', policy: 'block', from: { at: 'tail', lines: 3 } }
  expect(planTee(all, PIPES)).toEqual(all)
})

test.each([
  ['bad-request', PTY, { policy: 'block' }],
  ['bad-request', PTY, { stream: 'stdin', policy: 'block' }],
  ['bad-request', PIPES, { stream: 'stdin', policy: 'block' }],
  ['bad-request', PIPES, { stream: 'stdin', from: { at: 'screen' } }],
  ['stream-unavailable', PTY, { stream: 'stdout' }],
  ['stream-unavailable', PIPES, { stream: 'pty' }],
] as const)('%s: %o %o', (code, process, options) => {
  expect(() => planTee(options, process)).toThrow(expect.objectContaining({ code }))
})

test('whoever asks for the errors of a merged session is told where they are', () => {
  expect(() => planTee({ stream: 'stderr' }, MERGED)).toThrow(
    expect.objectContaining({ code: 'stream-unavailable', hint: 'It was started with --merge-stderr: both are in stdout.' }),
  )
})
