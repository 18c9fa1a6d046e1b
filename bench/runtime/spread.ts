/** A key that one session changes, until it is in the replicas of the seven other profiles and in the shared document. */
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Verdict } from '../../tests/campaign/verdict.js'
import { ms, tailBar } from '../bars.js'
import { figuresOf } from '../statistics.js'
import { type LiveHome, openLiveHome, replaceFile, timeUntil, whenReplaced } from './live-home.js'
import { startPollingTool } from './polling-tool.js'

const PROFILES = 8
const PROJECTS = 2_000
const ENTRY_BYTES = 2_000
const ROUNDS = 100
const POLLED_ROUNDS = 8
const BAR_MS = 150

export async function benchSpread(): Promise<readonly Verdict[]> {
  using live = openLiveHome({ profiles: PROFILES, mode: 'link', fill: writeLargeDocument })
  const bytes = readFileSync(join(live.home, '.claude.json')).byteLength
  const ours = figuresOf(await spread(live, ROUNDS, 'ours'))
  live.workplace.perch('daemon', 'stop')
  using _tool = startPollingTool({ profiles: live.profiles, document: join(live.home, '.claude.json'), trees: null })
  const polled = figuresOf(await spread(live, POLLED_ROUNDS, 'polled'))
  const row = tailBar(
    {
      row: `key changed in one runtime, seen in the others (${PROFILES} profiles, ${(bytes / 1e6).toFixed(1)} MB)`,
      how: 'daemon, link mode',
      figures: ours,
    },
    BAR_MS,
  )
  return [{ ...row, measured: `${row.measured} (polling tool: p50 ${ms(polled.p50)}, p99 ${ms(polled.p99)})` }]
}

/** About 4 MB, as of somebody with two thousand projects. */
export function writeLargeDocument(home: string): void {
  const entry = {
    hasTrustDialogAccepted: true,
    history: [{ display: 'x'.repeat(ENTRY_BYTES) }],
    allowedTools: [],
    mcpServers: {},
  }
  const projects = Object.fromEntries(Array.from({ length: PROJECTS }, (_, at) => [`/src/project-${at}`, entry]))
  writeFileSync(join(home, '.claude.json'), JSON.stringify({ theme: 'dark', numStartups: 1, projects }, null, 2))
}

async function spread({ home, profiles }: LiveHome, rounds: number, who: string): Promise<readonly number[]> {
  const replicas = profiles.map(({ runtime }) => join(runtime, '.claude.json'))
  const times: number[] = []
  for (let round = 0; round <= rounds; round++) {
    const writer = replicas[round % replicas.length] ?? ''
    const mark = `"${who}-${round}"`
    const document = JSON.parse(readFileSync(writer, 'utf8')) as Record<string, unknown>
    const { lastChange: _, ...rest } = document
    // At the end of the file, where it is looked for.
    const text = JSON.stringify({ ...rest, lastChange: JSON.parse(mark) as string }, null, 2)
    const others = [join(home, '.claude.json'), ...replicas.filter((path) => path !== writer)]
    const looks = new Set(others.map((path) => whenReplaced(path, (content) => content.includes(mark))))
    replaceFile(writer, text)
    const time = await timeUntil('the key everywhere', () => {
      for (const look of looks) if (look()) looks.delete(look)
      return looks.size === 0
    })
    if (round > 0) times.push(time)
  }
  return times
}
