/** How often idle hosts are woken, a minute after their start, and what they cost in memory. */
import { readdirSync, readFileSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { recordedSessions } from '../../kit/home-inspection.js'
import { daemonPid, startSession } from '../../kit/perch-session.js'
import { temporaryHome } from '../../kit/temporary-home.js'
import type { CampaignRun } from '../run.js'
import { type RowSize, runsOf, type Verdict } from '../verdict.js'

/** The collector of garbage and the threads of the engine come to rest within it. */
const SETTLE_MS = 60_000
const MEASURE_MS = 60_000
const BAR_PER_SECOND = 0.1
const MIB = 1024 * 1024
const AT_ONCE = 4

export async function idleSessions(run: CampaignRun, size: RowSize): Promise<readonly Verdict[]> {
  await using home = temporaryHome()
  for (let started = 0; started < size.rounds; started += AT_ONCE) {
    const few = Array.from({ length: Math.min(AT_ONCE, size.rounds - started) }, (_, at) =>
      startSession(home, 'exec', [at % 2 === 0 ? '--pty' : '--pipe', '--', 'sleep', '3600']),
    )
    await Promise.all(few)
  }
  const hosts = recordedSessions(home.paths).map(({ host }) => host.pid)
  const daemon = await daemonPid(home)
  run.say(`  ${hosts.length} idle sessions: settling for ${SETTLE_MS / 1000} s, then counting for ${MEASURE_MS / 1000} s`)
  await sleep(SETTLE_MS)
  const pids = daemon === undefined ? hosts : [...hosts, daemon]
  const before = new Map(pids.map((pid) => [pid, wakeUpsOf(pid)]))
  await sleep(MEASURE_MS)
  const rates = new Map(pids.map((pid) => [pid, (wakeUpsOf(pid) - (before.get(pid) ?? 0)) / (MEASURE_MS / 1000)]))
  const perHost = hosts.map((pid) => rates.get(pid) ?? Number.NaN)
  const mean = perHost.reduce((sum, rate) => sum + rate, 0) / perHost.length
  const most = Math.max(...perHost)
  const { pss, own } = meanMemory(hosts)
  const common = { how: 'real hosts and daemon, nobody attached', runs: runsOf(size) }
  return [
    {
      ...common,
      row: 'idle sessions, wake-ups a second each, a minute after start',
      measured: `mean ${mean.toFixed(3)}, most ${most.toFixed(3)}; the daemon ${(rates.get(daemon ?? 0) ?? Number.NaN).toFixed(2)}`,
      bar: `< ${BAR_PER_SECOND}`,
      outcome: hosts.length === size.rounds && most < BAR_PER_SECOND ? 'met' : 'missed',
    },
    {
      ...common,
      row: 'memory of an idle host',
      measured: `PSS ${(pss / MIB).toFixed(1)} MiB, private ${(own / MIB).toFixed(1)} MiB`,
      bar: '',
      outcome: 'no bar',
    },
  ]
}

/** How often the threads of a process went to sleep of their own accord: each time but the first after a wake-up. */
function wakeUpsOf(pid: number): number {
  const counts = readdirSync(`/proc/${pid}/task`).map((task) => {
    const status = readFileSync(`/proc/${pid}/task/${task}/status`, 'utf8')
    return Number(/^voluntary_ctxt_switches:\s+(\d+)/m.exec(status)?.[1])
  })
  return counts.reduce((a, b) => a + b, 0)
}

function meanMemory(pids: readonly number[]): { readonly pss: number; readonly own: number } {
  let [pss, own] = [0, 0]
  for (const pid of pids) {
    const rollup = readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8')
    const kib = (field: string) => Number(new RegExp(`^${field}:\\s+(\\d+)`, 'm').exec(rollup)?.[1])
    pss += kib('Pss') * 1024
    own += (kib('Private_Clean') + kib('Private_Dirty')) * 1024
  }
  return { pss: pss / pids.length, own: own / pids.length }
}
