/** One interleaving in each mode, so that the campaign itself keeps working: `npm run campaign -- runtime` runs many. */
import { expect, test } from 'vitest'
import { runInterleaving } from './interleaving.js'
import { planOf } from './plan.js'
import { buildInterleavingPrograms } from './programs.js'

test('several accounts, sessions and a live sync at once, some of them killed: nothing is lost', async () => {
  await using programs = await buildInterleavingPrograms()
  for (const mode of ['link', 'copy'] as const) {
    const { losses, report, done, killed } = await runInterleaving(programs, planOf(2, mode))
    expect(losses, report).toEqual([])
    expect(done).toBeGreaterThan(5)
    expect(killed).toBeGreaterThan(0)
  }
})
