/** What eight live profiles cost while nobody changes anything: time on the processor, as a part of a core. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { daemonAddressPath, perchPaths } from '../../src/platform/paths.js'
import type { Verdict } from '../../tests/campaign/verdict.js'
import { openLiveHome } from './live-home.js'
import { startPollingTool } from './polling-tool.js'
import { writeLargeDocument } from './spread.js'

const PROFILES = 8
/** Past the first slow pass of the daemon's life, which looks at everything. */
const SETTLE_MS = 40_000
/** Two more. */
const MEASURE_MS = 65_000
const POLLED_MS = 10_000
const BAR_PERCENT = 0.1
/** `sysconf(_SC_CLK_TCK)` on every Linux that Node runs on. */
const TICKS_PER_SECOND = 100

export async function benchIdle(): Promise<readonly Verdict[]> {
  using live = openLiveHome({ profiles: PROFILES, mode: 'link', fill: writeLargeDocument })
  const address = JSON.parse(readFileSync(daemonAddressPath(perchPaths(live.workplace.env)), 'utf8')) as { pid: number }
  await sleep(SETTLE_MS)
  const ours = await percentOf(address.pid, MEASURE_MS)
  live.workplace.perch('daemon', 'stop')
  using tool = startPollingTool({ profiles: live.profiles, document: join(live.home, '.claude.json'), trees: null })
  const polled = await percentOf(tool.process.pid ?? 0, POLLED_MS)
  return [
    {
      row: `idle cost, ${PROFILES} live profiles`,
      how: 'daemon, link mode, two slow passes',
      runs: '1',
      measured: `${ours.toFixed(3)} % of a core (polling tool: ${polled.toFixed(0)} %)`,
      bar: `< ${BAR_PERCENT} % of a core`,
      outcome: ours < BAR_PERCENT ? 'met' : 'missed',
    },
  ]
}

async function percentOf(pid: number, ms: number): Promise<number> {
  const before = cpuMs(pid)
  await sleep(ms)
  return ((cpuMs(pid) - before) / ms) * 100
}

function cpuMs(pid: number): number {
  // The name in the second field may hold blanks.
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1)?.split(' ') ?? []
  return ((Number(fields[11]) + Number(fields[12])) * 1_000) / TICKS_PER_SECOND
}
