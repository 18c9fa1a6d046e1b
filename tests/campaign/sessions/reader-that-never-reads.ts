/** What a host's memory grows by when a client attaches, never reads, and the program writes 64 MiB. */
import { readFileSync, writeFileSync } from 'node:fs'
import { endHost, startHost, TEST_BOUND_MS } from '../../host/kit/host-program.js'
import { HostReader } from '../../host/kit/host-reader.js'
import { until } from '../../kit/bounded.js'
import { temporaryHome } from '../../kit/temporary-home.js'
import type { CampaignRun } from '../run.js'
import type { Verdict } from '../verdict.js'

const OUTPUT_BYTES = 64 * 1024 * 1024
const MIB = 1024 * 1024
/** The log in memory of the stream that is written, and the two frames of the client. */
const CAPS_BYTES = MIB + 128 * 1024
const BAR_BYTES = 8 * MIB

export async function readerThatNeverReads(run: CampaignRun): Promise<readonly Verdict[]> {
  return [await stalledReader(run, 'pipe', 1), await stalledReader(run, 'pty', 1), await stalledReader(run, 'pipe', 50)]
}

async function stalledReader(run: CampaignRun, kind: 'pty' | 'pipe', readers: number): Promise<Verdict> {
  await using home = temporaryHome()
  const script = `read -r go; head -c ${OUTPUT_BYTES} /dev/zero; read -r stay`
  const host = await startHost(home, { kind, argv: ['sh', '-c', kind === 'pty' ? `stty raw -echo; ${script}` : script] })
  const stream = kind === 'pty' ? 'pty' : 'stdout'
  await using watcher = await HostReader.connect(host.socket, { keep: false })
  const stalled: HostReader[] = []
  try {
    for (let count = 0; count < readers; count++) {
      const reader = await HostReader.attach(host.socket, {}, { keep: false })
      reader.channel.pause()
      stalled.push(reader)
    }
    const before = memoryOf(host.pid)
    forgetPeak(host.pid)
    await using typist = await HostReader.attach(host.socket, { mode: 'controller', from: { at: 'live' } }, { keep: false })
    await typist.type('go\n')
    const written = async () => (await watcher.status()).streams[stream]?.end
    await until(
      async () => ((await written()) ?? 0) >= OUTPUT_BYTES,
      TEST_BOUND_MS,
      () => 'the end of the output',
    )
    const after = memoryOf(host.pid)
    const caps = CAPS_BYTES + (readers - 1) * 128 * 1024
    const over = after.pss - before.pss - caps
    const text = `PSS ${mib(before.pss)} to ${mib(after.pss)} (peak RSS ${mib(before.rss)} to ${mib(after.peak)}): ${mib(over)} over the caps`
    run.say(`  ${readers} stalled, ${kind}: ${text}`)
    return {
      row: `${readers === 1 ? 'a reader that never reads' : `${readers} readers that never read`}, 64 MiB, ${kind}`,
      how: 'real host',
      runs: '1',
      measured: text,
      bar: '≤ 8 MiB over the caps',
      outcome: over <= BAR_BYTES ? 'met' : 'missed',
    }
  } finally {
    for (const reader of stalled) await reader[Symbol.asyncDispose]()
    await endHost(host)
  }
}

interface Memory {
  readonly rss: number
  readonly pss: number
  /** Of the resident memory, since `forgetPeak`. */
  readonly peak: number
}

function memoryOf(pid: number): Memory {
  const kib = (file: string, field: string) =>
    Number(new RegExp(`^${field}:\\s+(\\d+)`, 'm').exec(readFileSync(`/proc/${pid}/${file}`, 'utf8'))?.[1]) * 1024
  return { rss: kib('status', 'VmRSS'), pss: kib('smaps_rollup', 'Pss'), peak: kib('status', 'VmHWM') }
}

function forgetPeak(pid: number): void {
  writeFileSync(`/proc/${pid}/clear_refs`, '5')
}

function mib(bytes: number): string {
  return `${(bytes / MIB).toFixed(1)} MiB`
}
