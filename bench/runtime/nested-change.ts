/** Copies: a file that is changed deep in the shared home, until it is so in the runtime, and the other way round. */
import { appendFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import type { Verdict } from '../../tests/campaign/verdict.js'
import { ms, tailBar } from '../bars.js'
import { figuresOf } from '../statistics.js'
import { openLiveHome, timeUntil } from './live-home.js'
import { startPollingTool } from './polling-tool.js'

const ROUNDS = 100
const POLLED_ROUNDS = 8
const BAR_MS = 1_000
const FOLDERS = 200
const NESTED = join('projects', '-src-project-7', 'conversation.jsonl')

export async function benchNestedChange(): Promise<readonly Verdict[]> {
  using live = openLiveHome({ profiles: 1, mode: 'copy', fill: writeProjects })
  const [profile] = live.profiles
  if (profile === undefined) throw new Error('there is no profile')
  const sides = [join(live.sharedHome, NESTED), join(profile.runtime, NESTED)] as const
  const ours = figuresOf(await change(sides, ROUNDS, 'ours'))
  live.workplace.perch('daemon', 'stop')
  using _tool = startPollingTool({
    profiles: [],
    document: join(live.home, '.claude.json'),
    trees: [join(live.sharedHome, 'projects'), join(profile.runtime, 'projects')],
  })
  const polled = figuresOf(await change(sides, POLLED_ROUNDS, 'polled'))
  const row = tailBar(
    { row: 'change in a nested shared file, seen on the other side', how: 'daemon, copy mode', figures: ours },
    BAR_MS,
  )
  return [{ ...row, measured: `${row.measured} (polling tool: p50 ${ms(polled.p50)}, p99 ${ms(polled.p99)})` }]
}

function writeProjects(home: string): void {
  for (let at = 0; at < FOLDERS; at++) {
    const path = join(home, '.claude', 'projects', `-src-project-${at}`, 'conversation.jsonl')
    mkdirSync(dirname(path), { recursive: true })
    writeFileSync(path, '{"line":0}\n'.repeat(100))
  }
}

async function change(sides: readonly [string, string], rounds: number, who: string): Promise<readonly number[]> {
  const times: number[] = []
  for (let round = 0; round <= rounds; round++) {
    const [from = '', to = ''] = round % 2 === 0 ? sides : [...sides].reverse()
    const line = `{"${who}":${round}}\n`
    appendFileSync(from, line)
    const time = await timeUntil('the line', () => readFileSync(to, 'utf8').endsWith(line))
    if (round > 0) times.push(time)
  }
  return times
}
