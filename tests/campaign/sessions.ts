/** `sessions [SEED [ROW[=ROUNDS]…]]`: every counted promise about sessions in full, or the rows named, and one table at the end. */
import { anySeed, openRun } from './run.js'
import { type CountedRow, countedRows, measureRow } from './sessions/counted-rows.js'
import { isMissed, type Verdict, verdictTable } from './verdict.js'

/** True when every bar is met. */
export async function sessions([seedText, ...named]: readonly string[]): Promise<boolean> {
  const rows = named.length > 0 ? named.map(rowNamed) : countedRows.map((row) => ({ row, rounds: row.full }))
  const seed = seedText === undefined ? anySeed() : Number(seedText)
  await using run = openRun(seed)
  run.say(`seed ${seed}`)
  const verdicts: Verdict[] = []
  const from = performance.now()
  for (const { row, rounds } of rows) verdicts.push(...(await measureRow(run, row, rounds)))
  const minutes = ((performance.now() - from) / 60_000).toFixed(1)
  run.say(`\n${verdictTable(verdicts)}\n\nseed ${seed}, ${minutes} minutes`)
  return !isMissed(verdicts)
}

function rowNamed(argument: string): { readonly row: CountedRow; readonly rounds: number } {
  const [name, rounds] = argument.split('=')
  const row = countedRows.find((candidate) => candidate.name === name)
  if (row) return { row, rounds: rounds === undefined ? row.full : Number(rounds) }
  throw new RangeError(`no such row: ${name}. There are: ${countedRows.map((known) => known.name).join(', ')}`)
}
