/** `runtime [SEED [COUNT [MODE]]]`: random interleavings of everybody who touches a runtime, with kills. */
import type { LinkMode } from '../../src/runtime/tree/link-mode.js'
import { repeat } from './repeat.js'
import { anySeed, type CampaignRun, openRun } from './run.js'
import { runInterleaving } from './runtime/interleaving.js'
import { planOf } from './runtime/plan.js'
import { buildInterleavingPrograms } from './runtime/programs.js'
import { isMissed, number, type Verdict, verdictOnLosses, verdictTable } from './verdict.js'

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
  const counted = { done: 0, killed: 0 }
  const tally = await repeat(run, { what: `interleavings, ${mode} mode`, rounds, atOnce: 2 }, async ({ index }) => {
    const { losses, report, done, killed } = await runInterleaving(programs, planOf(run.seed + index, mode))
    counted.done += done
    counted.killed += killed
    // Whoever runs one alone wants to see it.
    if (losses.length === 0 && rounds === 1) run.say(report)
    return losses.length === 0 ? undefined : report
  })
  const how = `${number(counted.done)} writes of clients, ${number(counted.killed)} processes of perch killed; ${mode} mode`
  return verdictOnLosses('logins, keys, files and live runtimes', how, { rounds, full: FULL }, tally)
}
