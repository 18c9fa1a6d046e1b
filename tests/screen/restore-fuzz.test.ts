/**
 * Restored at a random byte and fed with the rest, a terminal is what it would be without interruption. PERCH_FUZZ_RUNS and
 * PERCH_FUZZ_SEED look further than the suite does.
 */
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { ScreenModel } from '../../src/screen/screen-model.js'
import { terminalOutput } from './terminal-output.js'
import { terminalState } from './terminal-state.js'

const SIZE = { cols: 20, rows: 6 }

async function fed(bytes: Uint8Array): Promise<ScreenModel> {
  const model = new ScreenModel({ size: SIZE, scrollback: 50 })
  await model.feed(bytes)
  return model
}

test('at any byte of any output', { timeout: 600_000 }, async () => {
  await fc.assert(
    fc.asyncProperty(terminalOutput(), fc.double({ min: 0, max: 1, noNaN: true }), async (output, where) => {
      const cut = Math.floor(output.length * where)
      const whole = await fed(output)
      const interrupted = await fed(output.subarray(0, cut))
      const restored = await fed(Buffer.from(interrupted.restore({ scrollback: 0 })))
      await restored.feed(output.subarray(cut - interrupted.pendingBytes))
      const states = [terminalState(restored), terminalState(whole)]
      for (const model of [whole, interrupted, restored]) model.dispose()
      expect(states[0]).toEqual(states[1])
    }),
    { numRuns: Number(process.env.PERCH_FUZZ_RUNS ?? 300), seed: Number(process.env.PERCH_FUZZ_SEED ?? 1) },
  )
})
