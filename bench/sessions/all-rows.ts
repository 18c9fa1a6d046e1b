/**
 * Every row of the table of promises about sessions: the timed ones as they are, the counted ones as samples (in full:
 * `npm run campaign -- sessions`), and all of them in one table with their bars.
 */
import { anySeed, openRun } from '../../tests/campaign/run.js'
import { countedRows, measureRow } from '../../tests/campaign/sessions/counted-rows.js'
import { type Verdict, verdictTable } from '../../tests/campaign/verdict.js'
import { benchCliStart } from '../cli-start.js'
import { benchFlood } from '../flood.js'
import { benchSpawnToExit } from '../spawn-to-exit.js'
import { benchWhereTheTimeGoes } from '../where-the-time-goes.js'
import { benchFirstScreen } from './first-screen.js'
import { benchKeystroke } from './keystroke.js'
import { benchPrompt } from './prompt.js'

const TIMED_ROWS: readonly (() => Promise<readonly Verdict[]>)[] = [
  benchPrompt,
  benchSpawnToExit,
  benchKeystroke,
  benchWhereTheTimeGoes,
  benchFlood,
  benchFirstScreen,
  benchCliStart,
]

export async function benchSessions(): Promise<void> {
  await using run = openRun(anySeed())
  const verdicts: Verdict[] = []
  for (const measure of TIMED_ROWS) verdicts.push(...(await measure()))
  console.log(`\n### Counted promises, samples (seed ${run.seed})\n`)
  for (const row of countedRows) verdicts.push(...(await measureRow(run, row, row.sample)))
  console.log(`\n### Every promise about sessions\n\n${verdictTable(verdicts)}`)
}
