/**
 * Joining while the program writes, from wherever a client may ask: what comes is what stands in the stream at these
 * offsets, without a byte twice or missing. In an earlier tool 292 of 9,419 joins duplicated lines.
 */
import type { AttachFrom } from '../../../src/api/attach-protocol.js'
import { connectHost } from '../../../src/client/host-connection.js'
import { endHost, type HostProgram, startHost } from '../../host/kit/host-program.js'
import { temporaryHome } from '../../kit/temporary-home.js'
import { follow } from '../follow.js'
import { LINE_BYTES, numberedLines } from '../known-bytes.js'
import { repeat } from '../repeat.js'
import type { CampaignRun } from '../run.js'
import { type RowSize, type Verdict, verdictOnLosses } from '../verdict.js'

const AT_ONCE = 4
/** What a joined client reads before it leaves. */
const MOST_READ_BYTES = 128 * 1024
/** Asked back from the end: beyond the memory (1 MiB), so that the disk is read as well. */
const BACK_BYTES = 2 * 1024 * 1024
/** Small enough for the oldest segments to be dropped all the while. */
const LOG_BYTES = 4 * 1024 * 1024

/** Numbered lines in bursts of any size, with pauses of any length up to 3 ms: a few MB a second. */
const WRITER = `
let line = 0
const more = () => {
  let out = ''
  for (let count = Math.random() * 2000; count > 0; count--) out += String(line++).padStart(${LINE_BYTES - 1}, '0') + '\\n'
  const bytes = Buffer.from(out)
  for (let at = 0; at < bytes.length; ) at += require('fs').writeSync(1, bytes, at)
  setTimeout(more, Math.random() * 3)
}
more()`

export async function joins(run: CampaignRun, size: RowSize): Promise<Verdict> {
  await using home = temporaryHome()
  const limits = { logBytes: LOG_BYTES }
  const hosts = [
    await startHost(home, { argv: ['node', '-e', WRITER], limits }),
    await startHost(home, { kind: 'pty', argv: ['sh', '-c', 'stty raw; exec node -e "$0"', WRITER], limits }),
  ]
  try {
    const tally = await repeat(run, { what: 'join', rounds: size.rounds, atOnce: AT_ONCE }, async ({ index, random }) => {
      const host = hosts[index % hosts.length]
      return host && (await join(host, random))
    })
    const how = 'two real hosts (pipe, PTY), client library; from live, tail, screen and offsets'
    return verdictOnLosses('join during output', how, size, tally)
  } finally {
    for (const host of hosts) await endHost(host)
  }
}

async function join({ socket, record }: HostProgram, random: () => number): Promise<string | undefined> {
  const stream = record.kind === 'pty' ? 'pty' : 'stdout'
  const connection = await connectHost(socket)
  try {
    const extent = (await connection.status()).streams[stream]
    if (extent === undefined) return `no ${stream}`
    const from = chooseStart(extent, random)
    const attachment = await connection.attach({ mode: 'viewer', from, streams: [stream] })
    const start = attachment.attached.offsets[stream] ?? 0
    if (from.at === 'offset' && start !== from.offset) return `begins at ${start} instead of ${from.offset}`
    if (from.at === 'tail' && from.lines > 0 && start % LINE_BYTES !== 0)
      return `the tail begins in the middle of a line: ${start}`
    const most = random() * MOST_READ_BYTES
    const { problem, closed } = await follow(
      attachment,
      () => numberedLines,
      (bytes) => bytes > most,
    )
    return problem ?? (closed && `closed: ${closed}`)
  } finally {
    connection.close()
  }
}

function chooseStart({ start, end }: { readonly start: number; readonly end: number }, random: () => number): AttachFrom {
  const choice = random()
  if (choice < 0.25) return { at: 'live' }
  if (choice < 0.4) return { at: 'tail', lines: Math.floor(random() * 5000) }
  if (choice < 0.5) return { at: 'screen' }
  // Also from where the log is being dropped: what is gone by then comes as a gap.
  if (choice < 0.6) return { at: 'offset', offset: Math.floor(start + random() * Math.min(100_000, end - start)) }
  return { at: 'offset', offset: Math.floor(end - random() * Math.min(BACK_BYTES, end)) }
}
