/**
 * The promises that are counted, not timed: with the number of rounds that the paper asks for, and the few that a bench
 * runs. A row may give more than one verdict.
 */
import { inspect } from 'node:util'
import { messageOf } from '../../../src/platform/perch-error.js'
import type { CampaignRun } from '../run.js'
import { type RowSize, runsOf, type Verdict } from '../verdict.js'
import { bursts } from './bursts.js'
import { idleSessions } from './idle-sessions.js'
import { joins } from './joins.js'
import { killedDaemons } from './killed-daemons.js'
import { killedHosts } from './killed-hosts.js'
import { GIBIBYTE, randomBytes } from './random-gibibyte.js'
import { readerThatNeverReads } from './reader-that-never-reads.js'
import { shortChildren, shortTerminalChildren } from './short-children.js'
import { steals } from './steals.js'

export interface CountedRow {
  readonly name: string
  /** As the paper has it. */
  readonly full: number
  /** In a bench: so many show that the row works, not that the bar holds. */
  readonly sample: number
  readonly measure: (run: CampaignRun, size: RowSize) => Promise<Verdict | readonly Verdict[]>
}

export const countedRows: readonly CountedRow[] = [
  { name: 'bursts', full: 1_000, sample: 30, measure: bursts },
  { name: 'short-terminal-children', full: 1_000, sample: 100, measure: shortTerminalChildren },
  {
    name: 'short-pty-children',
    full: 10_000,
    sample: 200,
    measure: (run, size) => shortChildren(run, 'pty', size),
  },
  {
    name: 'short-pipe-children',
    full: 10_000,
    sample: 200,
    measure: (run, size) => shortChildren(run, 'pipe', size),
  },
  {
    name: 'random-bytes',
    full: GIBIBYTE,
    sample: GIBIBYTE / 16,
    measure: (run, { rounds }) => randomBytes(run, rounds),
  },
  { name: 'never-reads', full: 1, sample: 1, measure: readerThatNeverReads },
  { name: 'steals', full: 1_000, sample: 100, measure: steals },
  { name: 'joins', full: 10_000, sample: 300, measure: joins },
  { name: 'idle', full: 100, sample: 20, measure: idleSessions },
  { name: 'killed-daemons', full: 20, sample: 3, measure: killedDaemons },
  { name: 'killed-hosts', full: 60, sample: 4, measure: killedHosts },
]

/** Measures one row with so many rounds. What throws outside of a round is a row that was missed, not the end of the run. */
export async function measureRow(run: CampaignRun, row: CountedRow, rounds: number): Promise<readonly Verdict[]> {
  run.say(`${row.name}: ${rounds === row.full ? 'all' : `${rounds} of`} ${row.full}`)
  try {
    return [await row.measure(run, { rounds, full: row.full })].flat()
  } catch (error) {
    run.say(`  ${inspect(error)}`)
    const runs = runsOf({ rounds, full: row.full })
    return [{ row: row.name, how: '', runs, measured: `failed: ${messageOf(error)}`, bar: '', outcome: 'missed' }]
  }
}
