import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { decidePaused, HoldBack, pauseLagBytes } from '../../../src/host/attach/hold-back.js'
import type { OutputStream } from '../../../src/platform/process/owned-process.js'

const MIB = 1024 * 1024

/** A process that only remembers which of its streams are paused. */
function pausable(kind: 'pty' | 'pipe', streams: readonly OutputStream[]) {
  const paused = new Set<OutputStream>()
  return {
    kind,
    streams,
    paused,
    pause: (stream: OutputStream) => void paused.add(stream),
    resume: (stream: OutputStream) => void paused.delete(stream),
  }
}

describe('holding a child back', () => {
  test('pauses only the stream in which the slowest blocking reader is far behind', () => {
    const process = pausable('pipe', ['stdout', 'stderr'])
    const holdBack = new HoldBack(process)
    const lags = { stdout: 0, stderr: 0, pty: 0 }
    holdBack.add({ lagBytes: () => 10 })
    holdBack.add({ lagBytes: (stream) => lags[stream] })
    lags.stdout = MIB
    holdBack.review()
    expect([...process.paused]).toEqual(['stdout'])
    lags.stdout = 1000
    holdBack.review()
    expect([...process.paused]).toEqual([])
  })

  test('ends when the reader goes, and when the child has exited', () => {
    for (const end of ['remove', 'release'] as const) {
      const process = pausable('pipe', ['stdout'])
      const holdBack = new HoldBack(process)
      const reader = { lagBytes: () => MIB }
      holdBack.add(reader)
      holdBack.review()
      expect([...process.paused]).toEqual(['stdout'])
      holdBack[end](reader)
      expect([...process.paused]).toEqual([])
      holdBack.review()
      expect([...process.paused]).toEqual([])
    }
  })

  test('never pauses a terminal', () => {
    const process = pausable('pty', ['pty'])
    const holdBack = new HoldBack(process)
    holdBack.add({ lagBytes: () => 100 * MIB })
    holdBack.review()
    expect([...process.paused]).toEqual([])
  })

  test('has a dead band, so that a child is not stopped and started for every frame', () => {
    fc.assert(
      fc.property(fc.nat(2 * MIB), (lag) => {
        if (decidePaused(false, lag)) expect(decidePaused(true, lag)).toBe(true)
      }),
    )
    expect([decidePaused(false, 300 * 1024), decidePaused(true, 300 * 1024)]).toEqual([false, true])
    expect([decidePaused(false, 0), decidePaused(true, 0)]).toEqual([false, false])
    // With little memory earlier, so that it holds what is still to come.
    expect([1024, 256, 100].map((kib) => pauseLagBytes(kib * 1024))).toEqual([512 * 1024, 64 * 1024, 0])
  })
})
