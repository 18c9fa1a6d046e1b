/** The answer to `GET /v1/usage`, made of what the database holds and which profiles there are. Pure. */
import type { ProfileUsage, UsageReply, UsageRow, UsageWindow } from '../../api/usage.js'
import { isoDate } from './iso-date.js'
import { isRemovedName } from './profile-names.js'
import { dollars, NOTHING, type Sums } from './roll-up.js'
import type { GroupSums, ProfileSums, ProfileWindows } from './usage-sums.js'
import { forecastFull } from './window-forecast.js'

export interface KnownProfile {
  readonly name: string
  readonly agent: string
  readonly warnAt: number
  readonly isolated: boolean
}

export interface UsageFacts {
  /** Those that were asked for and that there are. */
  readonly profiles: readonly KnownProfile[]
  /** Those that have used something, also ones that are gone; with their agents. */
  readonly agents: ReadonlyMap<string, string>
  readonly sums: readonly ProfileSums[]
  readonly missed: ReadonlyMap<string, number>
  readonly windows: readonly ProfileWindows[]
  readonly rows: readonly GroupSums[]
  readonly since: number | undefined
  readonly notices: readonly string[]
  readonly nowMs: number
}

/** An account that was not heard of for so long says nothing any more of what it has left. */
const WINDOW_SHOWN_MS = 30 * 86_400_000

export function usageReport(facts: UsageFacts): UsageReply {
  const { profiles, sums, rows, since, notices } = facts
  const known = new Set(profiles.map(({ name }) => name))
  const gone = sums.filter(({ profile }) => !known.has(profile)).map(({ profile }) => profile)
  return {
    schema: 1,
    since: since === undefined ? null : isoDate(since),
    profiles: [
      ...profiles.map((profile) => profileUsage(profile, facts)),
      ...gone.sort().map((name) => ({
        ...profileUsage({ name, agent: facts.agents.get(name) ?? '?' }, facts),
        removed: isRemovedName(name),
      })),
    ],
    rows: rows.map(usageRow).sort(latestFirst),
    ...(notices.length > 0 ? { notices: [...notices] } : {}),
  }
}

function profileUsage(profile: Pick<KnownProfile, 'name' | 'agent'> & Partial<KnownProfile>, facts: UsageFacts): ProfileUsage {
  const sums = facts.sums.find((one) => one.profile === profile.name)
  const held = facts.windows.filter((window) => window.profile === profile.name)
  const missed = facts.missed.get(profile.name)
  const heardAt = Math.max(sums?.lastAt ?? 0, ...held.map(({ samples }) => samples.at(-1)?.at ?? 0))
  return {
    name: profile.name,
    agent: profile.agent,
    windows: held.flatMap((window) => usageWindow(window, facts.nowMs)),
    ...totals(sums ?? NOTHING),
    lastAt: heardAt === 0 ? null : isoDate(heardAt),
    ...(missed === undefined ? {} : { missed }),
    ...(profile.warnAt === undefined ? {} : { warnAt: profile.warnAt }),
    ...(profile.isolated === true ? { isolated: true } : {}),
  }
}

function usageWindow({ kind, samples }: ProfileWindows, nowMs: number): readonly UsageWindow[] {
  const latest = samples.at(-1)
  if (latest === undefined || latest.at < nowMs - WINDOW_SHOWN_MS) return []
  const fullAt = forecastFull(samples, nowMs)
  return [
    {
      kind,
      usedPercent: latest.usedPercent,
      resetsAt: latest.resetsAt === null ? null : isoDate(latest.resetsAt),
      sampledAt: isoDate(latest.at),
      fullAt: fullAt === null ? null : isoDate(fullAt),
    },
  ]
}

function usageRow(group: GroupSums): UsageRow {
  const { key, profile, lastAt, name } = group
  return { key, profile, ...totals(group), lastAt: isoDate(lastAt), ...(name === undefined ? {} : { name }) }
}

function totals(sums: Sums) {
  const { input, output, cacheRead, cacheCreation, costNanoUsd, requests, unpriced, errors } = sums
  return {
    tokens: { input, output, cacheRead, cacheCreation },
    costUsd: dollars(costNanoUsd),
    requests,
    errors,
    unpriced,
  }
}

/** What was used last comes first. */
function latestFirst(a: UsageRow, b: UsageRow): number {
  return compare(b.lastAt ?? '', a.lastAt ?? '') || compare(a.key, b.key) || compare(a.profile, b.profile)
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}
