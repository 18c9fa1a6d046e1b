/**
 * Usage as CSV (RFC 4180, but for plain line feeds): a header, then a line for each row or profile. Names and folders are
 * somebody else's: one that a spreadsheet would take for a formula is given an apostrophe in front. Pure.
 */
import type { ProfileUsage, UsageGrouping, UsageRow } from '../../api/usage.js'

const TOTALS = ['input', 'output', 'cache_read', 'cache_creation', 'cost_usd', 'requests', 'errors', 'unpriced', 'last_at']

export function rowsCsv(rows: readonly UsageRow[], by: UsageGrouping): readonly string[] {
  return [csvLine([by, 'profile', ...TOTALS]), ...rows.map((row) => csvLine([row.key, row.profile, ...totals(row)]))]
}

export function profilesCsv(profiles: readonly ProfileUsage[]): readonly string[] {
  return [
    csvLine(['profile', 'agent', ...TOTALS]),
    ...profiles.map((profile) => csvLine([profile.name, profile.agent, ...totals(profile)])),
  ]
}

function totals({ tokens, costUsd, requests, errors, unpriced = 0, lastAt }: UsageRow | ProfileUsage) {
  const { input, output, cacheRead, cacheCreation } = tokens
  return [input, output, cacheRead, cacheCreation, costUsd, requests, errors, unpriced, lastAt ?? '']
}

/** One record. Text is quoted where it must be. */
export function csvLine(values: readonly (string | number)[]): string {
  return values.map((value) => (typeof value === 'number' ? String(value) : quoted(withoutFormula(value)))).join(',')
}

/** What the common programs read as a formula, also behind blanks; a tab or a line end before it does not protect. */
function withoutFormula(text: string): string {
  return /^\s*[=+\-@\uff1d\uff0b\uff0d\uff20]/.test(text) || /^[\t\r\n]/.test(text) ? `'${text}` : text
}

function quoted(text: string): string {
  return /[",\r\n\t;']|^\s|\s$/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
}
