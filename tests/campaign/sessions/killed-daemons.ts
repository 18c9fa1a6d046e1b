/** SIGKILL of the daemon, again and again under busy sessions: within a second it is back and lists them all, and no session notices. */
import { setTimeout as sleep } from 'node:timers/promises'
import { perchText } from '../../kit/perch-program.js'
import { killDaemon, listSessions } from '../../kit/perch-session.js'
import { temporaryHome } from '../../kit/temporary-home.js'
import { repeat } from '../repeat.js'
import type { CampaignRun } from '../run.js'
import { type RowSize, runsOf, type Verdict } from '../verdict.js'
import { startBusySession, whatIsLost } from './busy-session.js'

const BUSY = 50
const LONGEST_PAUSE_MS = 600
/** From the kill until a command, itself a start of Node, has listed every session as running. */
const BACK_BAR_MS = 1_000

export async function killedDaemons(run: CampaignRun, size: RowSize, busy = BUSY): Promise<Verdict> {
  await using home = temporaryHome()
  const ids: string[] = []
  for (let count = 0; count < busy; count++) ids.push((await startBusySession(home)).id)
  const backMs: number[] = []
  const kills = await repeat(run, { what: 'SIGKILL of the daemon', rounds: size.rounds }, async ({ random }) => {
    await sleep(random() * LONGEST_PAUSE_MS)
    await perchText(home, ['daemon', 'start'])
    killDaemon(home)
    const from = performance.now()
    const running = (await listSessions(home)).filter(({ state }) => state === 'running')
    backMs.push(performance.now() - from)
    return running.length === busy ? undefined : `${running.length} of ${busy} sessions are running`
  })
  const kept = await repeat(run, { what: 'bytes of a busy session', rounds: busy, atOnce: 2 }, async ({ index }) =>
    whatIsLost(home, ids[index] ?? ''),
  )
  const sorted = backMs.toSorted((a, b) => a - b)
  const [median = 0, slowest = 0] = [sorted[Math.floor(sorted.length / 2)], sorted.at(-1)]
  const losses = [...kills.losses, ...kept.losses]
  return {
    row: `SIGKILL of the daemon under ${busy} busy sessions`,
    how: 'commands, real daemon and hosts',
    runs: runsOf(size),
    measured: `${losses.length} lost; all listed again after ${median.toFixed(0)} ms, ${slowest.toFixed(0)} at most`,
    bar: '0 lost, back within 1 s',
    outcome: losses.length === 0 && slowest <= BACK_BAR_MS ? 'met' : 'missed',
  }
}
