/** The whole of `perch usage` for a person: a block for each profile, then the rows that were asked for. Pure, but for the time zone. */
import type { ProfileUsage, UsageGrouping, UsageReply, UsageRow } from '../../api/usage.js'
import { localTime } from '../../platform/local-time.js'
import { ageText } from '../present/age.js'
import type { Cell, Presentation, TableColumn } from '../result.js'
import { countText, dollarsText } from './amounts.js'
import type { Line } from './lines.js'
import { profileBlock } from './profile-block.js'

/** Where there is no terminal lines are as long as most people's; nothing in them is cut off. */
const WIDTH_WITHOUT_TERMINAL = 80
/** Bars and words beyond this only stand apart. */
const WIDEST = 120

export interface UsageLinesOptions {
  /** Columns of the terminal; infinite where there is none. */
  readonly width: number
  readonly nowMs: number
  /** Also those that are not shown: one of them may have room. */
  readonly all: readonly ProfileUsage[]
}

/** The lines of the profiles that are shown. */
export function usageLines(
  { profiles, since }: Pick<UsageReply, 'profiles' | 'since'>,
  { width: terminalWidth, nowMs, all }: UsageLinesOptions,
): readonly Line[] {
  const width = Number.isFinite(terminalWidth) ? Math.min(terminalWidth, WIDEST) : WIDTH_WITHOUT_TERMINAL
  const blocks = profiles.map((profile) => profileBlock(profile, { width, nowMs, profiles: all }))
  const head: Line[] = since === null ? [] : [[{ text: `tokens and cost since ${localTime(since).slice(0, 16)}`, tone: 'quiet' }]]
  return [...(head.length > 0 ? [head] : []), ...blocks].flatMap((block, index) => (index === 0 ? block : [[''], ...block]))
}

/** The rows as a table. */
export function rowsTable(rows: readonly UsageRow[], by: UsageGrouping, nowMs: number): Presentation {
  const columns: readonly TableColumn[] = [
    { title: by.toUpperCase(), shrinkTo: 12, ...(by === 'folder' ? { cut: 'start' as const } : {}) },
    { title: 'PROFILE', shrinkTo: 8 },
    { title: 'IN', priority: 5, align: 'right' },
    { title: 'OUT', priority: 6, align: 'right' },
    { title: 'CACHE READ', priority: 2, align: 'right' },
    { title: 'WRITTEN', priority: 1, align: 'right' },
    { title: 'COST', align: 'right' },
    { title: 'REQUESTS', priority: 4, align: 'right' },
    { title: 'ERRORS', priority: 0, align: 'right' },
    { title: 'LAST', priority: 3, align: 'right' },
  ]
  return {
    kind: 'table',
    columns,
    rows: inOrder(rows, by).map((row) => rowCells(row, nowMs)),
    whenEmpty: 'no session has told of any usage in this time',
  }
}

/** Days by themselves, the newest first; everything else as it came: what was used last first. */
export function inOrder(rows: readonly UsageRow[], by: UsageGrouping): readonly UsageRow[] {
  return by === 'day' ? [...rows].sort((a, b) => (a.key < b.key ? 1 : a.key > b.key ? -1 : 0)) : rows
}

function rowCells(row: UsageRow, nowMs: number): readonly Cell[] {
  const { key, name, profile, tokens, requests, errors, unpriced = 0, lastAt } = row
  return [
    typeof name === 'string' ? `${key} (${name})` : key,
    profile,
    countText(tokens.input),
    countText(tokens.output),
    countText(tokens.cacheRead),
    countText(tokens.cacheCreation),
    requests > 0 && unpriced === requests ? { text: 'not told', tone: 'quiet' } : dollarsText(row.costUsd),
    String(requests),
    String(errors),
    lastAt === null ? '' : ageText(lastAt, nowMs),
  ]
}
