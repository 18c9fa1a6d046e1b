/** From the moment a client has put a new login in place of the link until the link is back, and the durable file is new. */
import { lstatSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Verdict } from '../../tests/campaign/verdict.js'
import { ms, tailBar } from '../bars.js'
import { figuresOf } from '../statistics.js'
import { openLiveHome, replaceFile, timeUntil } from './live-home.js'
import { startPollingTool } from './polling-tool.js'

const ROUNDS = 300
const POLLED_ROUNDS = 12
const BAR_MS = 50

export async function benchHeal(): Promise<readonly Verdict[]> {
  using live = openLiveHome({ profiles: 1, mode: 'link' })
  const [profile] = live.profiles
  if (profile === undefined) throw new Error('there is no profile')
  const ours = await heal(profile, ROUNDS, 'ours')
  live.workplace.perch('daemon', 'stop')
  using _tool = startPollingTool({ profiles: live.profiles, document: join(live.home, '.claude.json'), trees: null })
  const polled = figuresOf(await heal(profile, POLLED_ROUNDS, 'polled'))
  const row = tailBar(
    { row: 'replaced login: link back, new bytes durable', how: 'daemon, link mode', figures: figuresOf(ours) },
    BAR_MS,
  )
  return [{ ...row, measured: `${row.measured} (polling tool: p50 ${ms(polled.p50)}, p99 ${ms(polled.p99)})` }]
}

async function heal(
  { runtime, durableLogin }: { readonly runtime: string; readonly durableLogin: string },
  rounds: number,
  who: string,
): Promise<readonly number[]> {
  const path = join(runtime, '.credentials.json')
  const times: number[] = []
  for (let round = 0; round <= rounds; round++) {
    const token = `${who}-${round}`
    const login = { accessToken: `access-${token}`, refreshToken: `refresh-${token}`, expiresAt: 1_900_000_000_000 + round }
    replaceFile(path, JSON.stringify({ claudeAiOauth: login }))
    const time = await timeUntil(
      'the link',
      () =>
        lstatSync(path, { throwIfNoEntry: false })?.isSymbolicLink() === true &&
        readFileSync(durableLogin, 'utf8').includes(token),
    )
    if (round > 0) times.push(time)
  }
  return times
}
