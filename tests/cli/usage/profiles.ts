/** Profiles in every state that `perch usage` shows, at a fixed moment. */
import type { ProfileUsage, UsageWindow } from '../../../src/api/usage.js'

export const NOW = Date.parse('2026-11-28T12:00:00.000Z')
const HOUR_MS = 3_600_000

export function after(hours: number): string {
  return new Date(NOW + hours * HOUR_MS).toISOString()
}

export function profile(name: string, more: Partial<ProfileUsage> = {}): ProfileUsage {
  return {
    name,
    agent: 'claude',
    windows: [],
    tokens: { input: 0, output: 0, cacheRead: 0, cacheCreation: 0 },
    costUsd: 0,
    requests: 0,
    errors: 0,
    lastAt: null,
    ...more,
  }
}

export function window5h(usedPercent: number, resetsInHours: number, more: Partial<UsageWindow> = {}): UsageWindow {
  return { kind: '5h', usedPercent, resetsAt: after(resetsInHours), sampledAt: after(-0.05), fullAt: null, ...more }
}

export const PROFILES: readonly ProfileUsage[] = [
  profile('default', { agent: 'command' }),
  profile('api', {
    lastAt: after(-0.2),
    tokens: { input: 950, output: 1_250, cacheRead: 99_949, cacheCreation: 12_345_678 },
    costUsd: 0.004,
    requests: 1,
    errors: 2,
  }),
  profile('fresh'),
  profile('home', {
    lastAt: after(-27),
    windows: [window5h(64, -25, { sampledAt: after(-27) }), { ...window5h(12, 90, { sampledAt: after(-27) }), kind: '7d' }],
    tokens: { input: 10, output: 20, cacheRead: 30, cacheCreation: 40 },
    requests: 12,
    unpriced: 12,
  }),
  profile('play', {
    lastAt: after(-0.5),
    windows: [window5h(30, 2), { ...window5h(41, 100), kind: '7d' }],
    tokens: { input: 1_000_000, output: 52_000, cacheRead: 1_200_000_000, cacheCreation: 0 },
    costUsd: 12.345,
    requests: 412,
    unpriced: 3,
    missed: 7,
  }),
  profile('work', {
    lastAt: after(0),
    windows: [
      window5h(100, 2),
      { ...window5h(71, 30, { fullAt: after(20) }), kind: '7d' },
      { ...window5h(3, 0), kind: 'opus', resetsAt: null },
    ],
    requests: 2,
    costUsd: 1.5,
  }),
  profile('codex', { agent: 'codex' }),
]
