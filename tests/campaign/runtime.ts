/** `runtime [SEED [COUNT [MODE]]]`: random interleavings of everybody who touches a runtime, with kills. */
import type { LinkMode } from '../../src/runtime/tree/link-mode.js'
import { repeat } from './repeat.js'
import { anySeed, type CampaignRun, openRun } from './run.js'
import { runInterleaving } from './runtime/interleaving.js'
import { planOf } from './runtime/plan.js'
import { buildInterleavingPrograms } from './runtime/programs.js'
import { isMissed, type Verdict, verdictOnLosses, verdictTable } from './verdict.js'

const FULL = 200
const MODES: readonly LinkMode[] = ['link', 'copy']

/** True when no interleaving lost anything. */
export async function runtime([seedText, count = FULL, ...modes]: readonly (string | number)[]): Promise<boolean> {
  const seed = seedText === undefined ? anySeed() : Number(seedText)
  await using run = openRun(seed)
  run.say(`seed ${seed}`)
  const verdicts: Verdict[] = []
  const wanted = modes.length > 0 ? MODES.filter((mode) => modes.includes(mode)) : MODES
  for (const mode of wanted) verdicts.push(await interleavings(run, Number(count), mode))
  run.say(`\n${verdictTable(verdicts)}\n\nseed ${seed}`)
  return !isMissed(verdicts)
}

/** Each has the next seed, so that it can be run again alone. */
async function interleavings(run: CampaignRun, rounds: number, mode: LinkMode): Promise<Verdict> {
  await using programs = await buildInterleavingPrograms()
  const tally = await repeat(run, { what: `interleavings, ${mode} mode`, rounds, atOnce: 2 }, async ({ index }) => {
    const { losses, report } = await runInterleaving(programs, planOf(run.seed + index, mode))
    // Whoever runs one alone wants to see it.
    if (losses.length === 0 && rounds === 1) run.say(report)
    return losses.length === 0 ? undefined : report
  })
  const how = `real processes of perch and of clients, killed at random; ${mode} mode`
  return verdictOnLosses('logins, keys, files and live runtimes', how, { rounds, full: FULL }, tally)
}
