/** Every row of the table of promises about runtimes, perch beside the way of polling tools, and all of them with their bars. */
import { type Verdict, verdictTable } from '../../tests/campaign/verdict.js'
import { benchAcquireLinks } from './acquire-links.js'
import { benchHeal } from './heal.js'
import { benchIdle } from './idle.js'
import { benchNestedChange } from './nested-change.js'
import { benchSpread } from './spread.js'

const ROWS: Readonly<Record<string, () => Promise<readonly Verdict[]>>> = {
  heal: benchHeal,
  spread: benchSpread,
  idle: benchIdle,
  links: benchAcquireLinks,
  nested: benchNestedChange,
}

/** All rows, or those named. */
export async function benchRuntime(names: readonly string[] = Object.keys(ROWS)): Promise<void> {
  const verdicts: Verdict[] = []
  for (const name of names) verdicts.push(...((await ROWS[name]?.()) ?? []))
  console.log(`\n### Every promise about runtimes\n\n${verdictTable(verdicts)}`)
}
