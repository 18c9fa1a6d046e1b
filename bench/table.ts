/** The printed result: one row per measurement, in Markdown, so that it goes into docs/performance.md as it is. */
import type { Figures } from './statistics.js'

export interface Row {
  readonly what: string
  readonly figures: Figures
  /** What the row is compared with; its name goes into the table. */
  readonly against?: { readonly name: string; readonly figures: Figures }
  readonly note?: string
}

export function printTable(title: string, rows: readonly Row[]): void {
  console.log(`\n### ${title}\n`)
  console.log('| what | p50 ms | p99 ms | runs | ratio of p50 | |')
  console.log('| --- | ---: | ---: | ---: | --- | --- |')
  for (const { what, figures, against, note } of rows) {
    const ratio = against ? `${(figures.p50 / against.figures.p50).toFixed(2)} × ${against.name}` : ''
    console.log(`| ${what} | ${ms(figures.p50)} | ${ms(figures.p99)} | ${figures.runs} | ${ratio} | ${note ?? ''} |`)
  }
}

function ms(value: number): string {
  return value < 10 ? value.toFixed(2) : value.toFixed(0)
}
