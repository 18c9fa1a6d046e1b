/** Timed rows of the table of promises: figures against a bar, as a verdict beside those that are counted. */
import type { Verdict } from '../tests/campaign/verdict.js'
import type { Figures } from './statistics.js'

interface TimedRow {
  readonly row: string
  readonly how: string
  readonly figures: Figures
  /** What the machine itself takes, in the same run: a time of a loaded machine says little without it. */
  readonly beside?: { readonly name: string; readonly figures: Figures }
}

/** The bar is a time of the median. */
export function medianBar(timed: TimedRow, barMs: number): Verdict {
  const outcome = timed.figures.p50 <= barMs ? 'met' : 'missed'
  return { ...measuredRow(timed), bar: `p50 ≤ ${barMs} ms`, outcome }
}

/** The bar is a time that hardly a run may exceed. */
export function tailBar(timed: TimedRow, barMs: number): Verdict {
  const outcome = timed.figures.p99 <= barMs ? 'met' : 'missed'
  return { ...measuredRow(timed), bar: `p99 ≤ ${barMs} ms`, outcome }
}

/** The bar is a multiple of another median of the same run. */
export function ratioBar(
  { row, how, figures }: TimedRow,
  against: { readonly name: string; readonly figures: Figures },
  bar: number,
): Verdict {
  const ratio = figures.p50 / against.figures.p50
  return {
    row,
    how,
    runs: String(figures.runs),
    measured: `p50 ${ms(figures.p50)} = ${ratio.toFixed(2)} × ${against.name}`,
    bar: `≤ ${bar} × ${against.name}`,
    outcome: ratio <= bar ? 'met' : 'missed',
  }
}

/** Milliseconds as they are written everywhere. */
export function ms(value: number): string {
  return `${value < 10 ? value.toFixed(2) : value.toFixed(0)} ms`
}

function measuredRow({ row, how, figures, beside }: TimedRow): Pick<Verdict, 'row' | 'how' | 'runs' | 'measured'> {
  const { runs, p50, p99 } = figures
  const machine = beside ? ` (${beside.name}: p50 ${ms(beside.figures.p50)})` : ''
  return { row, how, runs: String(runs), measured: `p50 ${ms(p50)}, p99 ${ms(p99)}${machine}` }
}
