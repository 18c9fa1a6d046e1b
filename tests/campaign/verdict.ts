/** The result of one promise: what was done, which way, what came out, the bar, and whether it is met. Printed as Markdown. */
import type { Tally } from './repeat.js'

export interface Verdict {
  readonly row: string
  /** Through what it was measured: the engine in this process, real hosts, the commands. */
  readonly how: string
  readonly runs: string
  readonly measured: string
  readonly bar: string
  /** `no bar` for what is measured without one, or whose bar belongs to a later issue. */
  readonly outcome: 'met' | 'missed' | 'no bar'
}

/** How many rounds a row is made of: all of them, or a sample of them. */
export interface RowSize {
  readonly rounds: number
  /** As many as the bar asks for. */
  readonly full: number
}

/** The verdict on a row whose bar is that nothing is lost. */
export function verdictOnLosses(row: string, how: string, size: RowSize, tally: Tally): Verdict {
  const lost = tally.losses.length
  return {
    row,
    how,
    runs: runsOf(size),
    measured: `${lost} of ${number(tally.rounds)} lost`,
    bar: `0 of ${number(size.full)}`,
    outcome: lost === 0 && tally.rounds === size.rounds ? 'met' : 'missed',
  }
}

/** The number of rounds, with a word when they are a sample. */
export function runsOf({ rounds, full }: RowSize): string {
  return rounds < full ? `${number(rounds)} (sample of ${number(full)})` : number(rounds)
}

export function isMissed(verdicts: readonly Verdict[]): boolean {
  return verdicts.some(({ outcome }) => outcome === 'missed')
}

/** One table of all rows. */
export function verdictTable(verdicts: readonly Verdict[]): string {
  const lines = verdicts.map(
    ({ row, how, runs, measured, bar, outcome }) => `| ${row} | ${how} | ${runs} | ${measured} | ${bar} | ${outcome} |`,
  )
  return ['| what | how it was run | runs | measured | bar | |', '| --- | --- | ---: | --- | --- | --- |', ...lines].join('\n')
}

/** With a comma between thousands. */
export function number(value: number): string {
  return value.toLocaleString('en-US')
}
