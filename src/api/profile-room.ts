/**
 * Whether an account is at its limit, and which other profiles of the same agent have room: what perch may propose to a person,
 * who decides. It knows only what agents have told; nothing is guessed of a profile that was never heard of. Pure.
 */
import type { ProfileUsage, UsageWindow } from './usage.js'

/** A profile that another one's work could go on under. */
export interface ProfileRoom {
  readonly profile: string
  /** Of the window of which most is used. Null where all of them have begun anew since they were heard of. */
  readonly usedPercent: number | null
}

/** The windows that are used up and have not begun anew; of several all must before work goes on. */
export function fullWindows({ windows }: Pick<ProfileUsage, 'windows'>, nowMs: number): readonly UsageWindow[] {
  return windows.filter((window) => window.usedPercent >= 100 && !hasBegunAnew(window, nowMs))
}

/** When the last of its full windows begins anew (ISO 8601); null where that is not told, undefined where none is full. */
export function limitedUntil(profile: Pick<ProfileUsage, 'windows'>, nowMs: number): string | null | undefined {
  const full = fullWindows(profile, nowMs)
  if (full.length === 0) return undefined
  const resets = full.map(({ resetsAt }) => resetsAt)
  return resets.includes(null) ? null : (resets.sort().at(-1) ?? null)
}

/** What is known of a session whose account's allowance is used up. */
export interface LimitOutlook {
  /** When work can go on under its profile (ISO 8601); null where that was not told. */
  readonly resetsAt: string | null
  /** The profile of the same agent with the most room; null where none is known to have any. */
  readonly room: string | null
}

export function limitOutlook(all: readonly ProfileUsage[], profile: string, nowMs: number): LimitOutlook {
  const own = all.find(({ name }) => name === profile)
  return {
    resetsAt: (own && limitedUntil(own, nowMs)) ?? null,
    room: profilesWithRoom(all, profile, nowMs)[0]?.profile ?? null,
  }
}

/** The most room first. */
export function profilesWithRoom(all: readonly ProfileUsage[], profile: string, nowMs: number): readonly ProfileRoom[] {
  const own = all.find(({ name }) => name === profile)
  if (own === undefined || own.isolated === true) return []
  return all
    .filter((other) => other.agent === own.agent && other.name !== profile && other.removed !== true && other.isolated !== true)
    .filter((other) => other.windows.length > 0 && fullWindows(other, nowMs).length === 0)
    .map((other) => ({ profile: other.name, usedPercent: mostUsed(other, nowMs) }))
    .sort((a, b) => (a.usedPercent ?? 0) - (b.usedPercent ?? 0))
}

/** Its reset is past: what is used since, nobody has said. */
export function hasBegunAnew({ resetsAt }: Pick<UsageWindow, 'resetsAt'>, nowMs: number): boolean {
  return resetsAt !== null && Date.parse(resetsAt) <= nowMs
}

function mostUsed({ windows }: ProfileUsage, nowMs: number): number | null {
  const used = windows.filter((window) => !hasBegunAnew(window, nowMs)).map(({ usedPercent }) => usedPercent)
  return used.length === 0 ? null : Math.max(...used)
}
