/** `perch usage` over a million samples, against Node's own start. */
import { join } from 'node:path'
import type { SignalRecord } from '../src/api/signal.js'
import { openUsageDatabase } from '../src/daemon/usage/open-usage-database.js'
import { UsageStore } from '../src/daemon/usage/usage-store.js'
import type { Verdict } from '../tests/campaign/verdict.js'
import { ratioBar } from './bars.js'
import { inTurn } from './statistics.js'
import { printTable } from './table.js'
import { openWorkplace } from './workplace.js'

const ROUNDS = 21
const SAMPLES = 1_000_000
const SESSIONS = 2_000
const PROFILES = ['default', 'work', 'play', 'client']
/** Of what `node -e 0` takes. */
const BAR = 3

export async function benchUsage(): Promise<readonly Verdict[]> {
  const workplace = openWorkplace()
  try {
    for (const name of PROFILES.slice(1)) workplace.perch('profile', 'add', name)
    workplace.perch('daemon', 'stop')
    console.log(
      `\n${SAMPLES} samples in ${SESSIONS} sessions of a year took ${await fill(join(workplace.folder, 'p/usage.db'))} s`,
    )
    workplace.perch('daemon', 'start')
    const figures = await inTurn(ROUNDS, {
      node: workplace.nodeFloor,
      usage: () => workplace.perch('usage'),
      week: () => workplace.perch('usage', '--since', '7d'),
      day: () => workplace.perch('usage', '--by', 'day'),
      session: () => workplace.perch('usage', '--by', 'session', '--since', '30d'),
    })
    const floor = { name: '`node -e 0`', figures: figures.node }
    printTable('Usage of a million samples (daemon up)', [
      { what: '`node -e 0`', figures: figures.node, note: 'the floor' },
      { what: '`perch usage`', figures: figures.usage, against: floor, note: `bar ${BAR} ×` },
      { what: '`perch usage --since 7d`', figures: figures.week, against: floor },
      { what: '`perch usage --by day`', figures: figures.day, against: floor },
      { what: '`perch usage --by session --since 30d`', figures: figures.session, against: floor },
    ])
    return [ratioBar({ row: '`perch usage`, 1,000,000 samples', how: 'command', figures: figures.usage }, floor, BAR)]
  } finally {
    workplace.close()
  }
}

/** As a year of sessions would have told it: each a few hours long, two models, a window now and then. Seconds. */
async function fill(path: string): Promise<string> {
  const from = performance.now()
  const store = new UsageStore(openUsageDatabase(path, () => undefined))
  const yearAgo = Date.now() - 364 * 86_400_000
  const perSession = SAMPLES / SESSIONS
  for (let session = 0; session < SESSIONS; session++) {
    const startsAt = yearAgo + (session / SESSIONS) * 364 * 86_400_000
    const records = Array.from({ length: perSession }, (_, index): SignalRecord => {
      const at = startsAt + index * 20_000
      const n = index + 1
      if (index % 50 === 0)
        return { n, at, kind: 'windows', windows: [{ kind: '5h', usedPercent: index % 100, resetsAt: at + 9e6 }] }
      const tokens = { input: index, output: 300, cacheRead: 90_000, cacheCreation: 2_000 }
      const model = index % 3 === 0 ? 'claude-haiku' : 'claude-opus'
      return { n, at, kind: 'request', key: `${session} ${index}`, conversation: `c${session}`, model, tokens, costUsd: 0.0123 }
    })
    const id = session.toString(16).padStart(8, '0')
    const profile = PROFILES[session % PROFILES.length] ?? ''
    const folder = `/home/person/src/project-${session % 40}`
    store.takeOver(
      { session: id, name: null, profile, agent: 'claude', folder, conversation: `c${session}`, createdAt: startsAt },
      records,
      null,
      Date.now(),
    )
  }
  store.close()
  return ((performance.now() - from) / 1000).toFixed(1)
}
